package dev.holdfast.loop;

import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/// The last words on a loop that was collected although nobody had closed it: whoever waited on it is gone without a
/// word of its own. Knows the loop's name, and not the loop.
///
/// @param loop its name
/// @param origin where it was opened, if that was noted
record Dropped(String loop, @Nullable Origin origin) implements Runnable {
    private static final System.Logger LOG = System.getLogger(Dropped.class.getPackageName());

    @Override
    public void run() {
        LOG.log(
                Level.WARNING,
                loop + " was dropped and never closed: whoever waited on it is gone, finally blocks and all"
                        + (origin == null ? "" : "; opened at " + origin));
    }
}
