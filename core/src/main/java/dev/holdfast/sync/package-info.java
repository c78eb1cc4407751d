/// Locks, semaphores, events and conditions, all on one line of waiting tasks. Stands on `task`.
@NullMarked
package dev.holdfast.sync;

import org.jspecify.annotations.NullMarked;
