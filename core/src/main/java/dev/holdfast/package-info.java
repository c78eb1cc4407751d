/// The way in. Stands on everything.
@NullMarked
package dev.holdfast;

import org.jspecify.annotations.NullMarked;
