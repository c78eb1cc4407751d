package dev.holdfast.inspect;

import dev.holdfast.carrier.Onlooker;
import dev.holdfast.carrier.Strand;
import dev.holdfast.loop.IOLoop;
import dev.holdfast.loop.Resident;
import java.util.List;
import jdk.jfr.FlightRecorder;
import jdk.jfr.FlightRecorderListener;

/// Shows the waits that the code does not show: a call of the JDK's that really blocks, in a task or a callback, is a
/// wait in which others run. Each is a flight recorder event, `holdfast.HiddenWait`, when it has ended: who, where,
/// and for how long.
///
/// On the mounted carrier only; on the other such a call holds the loop. While nobody records this costs nothing.
public final class HiddenWaits implements Resident {
    private static final Recorder RECORDER = new Recorder();

    static {
        FlightRecorder.addListener(RECORDER);
    }

    /// For the service loader.
    public HiddenWaits() {}

    @Override
    public void moveIn(IOLoop loop) {
        loop.carrier().onlooker(RECORDER);
    }

    /// The event's class is not to be loaded before the recorder: that would take long. Nor by a loop's thread: that
    /// would want the recorder's locks. So it is loaded by whoever starts the recorder.
    private static final class Recorder implements Onlooker, FlightRecorderListener {
        private volatile boolean isThere;

        @Override
        public void recorderInitialized(FlightRecorder recorder) {
            Flight.isHiddenWaitRecorded();
            isThere = true;
        }

        @Override
        public boolean isLooking() {
            return isThere && Flight.isHiddenWaitRecorded();
        }

        @Override
        public Blocked blocked(Strand strand, StackTraceElement[] stack) {
            return Flight.hiddenWait(strand, List.of(stack));
        }
    }
}
