/// Blocks around tasks and limits around code. Stands on `task` and `cancel`.
@NullMarked
package dev.holdfast.scope;

import org.jspecify.annotations.NullMarked;
