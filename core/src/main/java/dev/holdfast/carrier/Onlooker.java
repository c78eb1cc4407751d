package dev.holdfast.carrier;

/// Whoever wants to know when a call of the JDK's blocks what a carrier runs, and so lets others run where the code
/// does not show it.
public interface Onlooker {
    /// {@return whether it wants to know now} Asked once a turn, so it must be quick.
    boolean isLooking();

    /// `strand` was blocked. On the carrying thread: must neither block nor throw.
    ///
    /// @param strand a task; or one of the carrier's own, which was running a callback
    /// @param stack where it stands, innermost first
    /// @return what is to be told when it goes on
    Blocked blocked(Strand strand, StackTraceElement[] stack);

    /// One that was blocked.
    interface Blocked extends Callback {
        /// It goes on. On the carrying thread: must neither block nor throw.
        void ended();

        /// It went on a moment ago: the time to tell so.
        @Override
        void run();
    }
}
