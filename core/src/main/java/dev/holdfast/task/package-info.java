/// Tasks: straight-line code that waits without holding the loop, and the words they use. Stands on `future` and
/// `loop`.
@NullMarked
package dev.holdfast.task;

import org.jspecify.annotations.NullMarked;
