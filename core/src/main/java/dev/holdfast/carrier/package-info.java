/// How virtual threads and one platform thread take turns: mounted on it, or passing a baton. Knows a line of
/// things to run, nothing of tasks. Stands on `time`.
@NullMarked
package dev.holdfast.carrier;

import org.jspecify.annotations.NullMarked;
