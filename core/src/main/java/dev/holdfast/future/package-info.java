/// Futures and promises, confined to a loop, and what can be made of several. Stands on `loop`.
@NullMarked
package dev.holdfast.future;

import org.jspecify.annotations.NullMarked;
