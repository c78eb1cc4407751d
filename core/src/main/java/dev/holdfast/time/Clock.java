package dev.holdfast.time;

/// Nanoseconds since a fixed but arbitrary moment. It never goes backwards, whatever happens to the wall clock;
/// only differences mean anything.
@FunctionalInterface
public interface Clock {
    /// The clock of the machine: [System#nanoTime]. Nothing else in Holdfast reads the time.
    Clock SYSTEM = System::nanoTime;

    /// {@return the moment it is now, in nanoseconds}
    long nanos();
}
