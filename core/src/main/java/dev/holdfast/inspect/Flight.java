package dev.holdfast.inspect;

import dev.holdfast.carrier.Onlooker;
import dev.holdfast.carrier.Strand;
import dev.holdfast.loop.Origin;
import dev.holdfast.loop.Words;
import dev.holdfast.task.Task;
import java.time.Duration;
import java.util.List;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/// What the flight recorder sees of loops that are held. While nobody records, not even the recorder's classes are
/// loaded: that alone would take a fifth of a second.
final class Flight {
    private Flight() {}

    static void slowTurn(String loop, Holder holder, Duration held) {
        if (FlightRecorder.isInitialized()) new SlowTurnEvent().tell(loop, holder, held);
    }

    /// Loads the event, so only for where the recorder is.
    static boolean isHiddenWaitRecorded() {
        return HiddenWaitEvent.ANY.isEnabled();
    }

    /// Begins a wait of `strand`.
    static Onlooker.Blocked hiddenWait(Strand strand, List<StackTraceElement> stack) {
        var event = new HiddenWaitEvent();
        event.begin();
        return new Onlooker.Blocked() {
            @Override
            public void ended() {
                event.end();
            }

            @Override
            public void run() {
                event.tell(strand, stack);
            }
        };
    }

    @Name("holdfast.SlowTurn")
    @Label("Slow Turn")
    @Description("A task, a callback or the loop's own work holds a loop for longer than holdfast.slow says")
    @Category("Holdfast")
    @StackTrace(false) // it would be the watchdog's
    @SuppressWarnings("UnusedVariable") // the recorder reads the fields
    private static final class SlowTurnEvent extends Event {
        @Label("Loop")
        String loop = "";

        @Label("Holder")
        String holder = "";

        @Label("Held So Far")
        @Timespan
        long held;

        @Label("Stack")
        String stack = "";

        void tell(String loop, Holder holder, Duration held) {
            if (!isEnabled()) return;
            this.loop = loop;
            this.holder = holder.name();
            this.held = held.toNanos();
            this.stack = Holder.lines(holder.stack()).strip();
            commit();
        }
    }

    @Name("holdfast.HiddenWait")
    @Label("Hidden Wait")
    @Description("A call of the JDK's blocked a task or a callback, and others ran meanwhile")
    @Category("Holdfast")
    @StackTrace(false) // it would be the loop's
    @SuppressWarnings("UnusedVariable") // the recorder reads the fields
    private static final class HiddenWaitEvent extends Event {
        static final HiddenWaitEvent ANY = new HiddenWaitEvent();

        @Label("Loop")
        String loop = "";

        @Label("Waiter")
        String waiter = "";

        @Label("Site")
        String site = "";

        @Label("Stack")
        String stack = "";

        void tell(Strand strand, List<StackTraceElement> stack) {
            if (!shouldCommit()) return;
            this.loop = Words.of(strand.carrier().owner());
            this.waiter = strand instanceof Task<?> task ? Words.of(task) : "a callback";
            var origin = Origin.of(stack.toArray(StackTraceElement[]::new));
            this.site = origin == null ? "" : origin.site();
            this.stack = Holder.lines(stack).strip();
            commit();
        }
    }
}
