/// Ten thousand random programs, and an interpreter that knows nothing of Holdfast: do they agree on who is stuck?
@NullMarked
package dev.holdfast.lifetime.random;

import org.jspecify.annotations.NullMarked;
