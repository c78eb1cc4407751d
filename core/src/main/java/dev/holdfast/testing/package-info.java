/// A loop in virtual time, and a trail to say what happened in which order. Stands on everything but the way in.
@NullMarked
package dev.holdfast.testing;

import org.jspecify.annotations.NullMarked;
