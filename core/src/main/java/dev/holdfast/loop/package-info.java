/// The loop: callbacks, timers, and the door for other threads; no tasks. Stands on `carrier` and `time`.
@NullMarked
package dev.holdfast.loop;

import org.jspecify.annotations.NullMarked;
