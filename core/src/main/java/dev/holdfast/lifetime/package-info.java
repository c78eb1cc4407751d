/// Nothing vanishes, nobody hangs: who can never be woken is told so, by an error out of the very wait that would
/// not end; promises that other threads keep are broken when they forget them; tasks may end with their owner.
/// Stands on everything below; comes to every loop by itself.
@NullMarked
package dev.holdfast.lifetime;

import org.jspecify.annotations.NullMarked;
