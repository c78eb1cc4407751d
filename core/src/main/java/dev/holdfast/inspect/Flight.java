package dev.holdfast.inspect;

import java.time.Duration;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/// What the flight recorder sees of loops that are held. While nobody records, not even the recorder's classes are
/// loaded: that alone would take a tenth of a second.
final class Flight {
    private Flight() {}

    static void slowTurn(String loop, Holder holder, Duration held) {
        if (FlightRecorder.isInitialized()) new SlowTurnEvent().tell(loop, holder, held);
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
}
