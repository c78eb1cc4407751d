package dev.holdfast.lifetime;

import dev.holdfast.future.Reported;

/// Thrown out of a wait that would never have ended: nothing that the loop knows of can wake the task any more. The
/// message is a report: who waits for what, for how long, where, and who waits for whom.
///
/// ```
/// nothing can wake Task[main] any more (0 ready, 0 timers, 0 I/O, 0 externals)
///   Task[main] waiting 0.0 s on Promise, at Stuck.main(Stuck.java:15)
/// ```
///
/// Only one of those who are stuck gets it at a time: a leaf, who waits for nobody in particular. Who catches it
/// and goes on may so save everyone that waits for it; else they are judged in their turn. The report is logged
/// when the error is thrown, and a failure that nobody looks at is not logged again for it.
@SuppressWarnings("serial") // lives and dies with its loop
public final class Deadlock extends RuntimeException implements Reported {
    Deadlock(String report, StackTraceElement[] stack) {
        super(report);
        setStackTrace(stack);
    }
}
