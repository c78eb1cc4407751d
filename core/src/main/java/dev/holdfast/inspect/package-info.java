/// Looking in from outside, at loops that did nothing to prepare it: what stands where and waits for what, and who
/// holds a loop for too long. Stands on everything below; comes to every loop by itself.
@NullMarked
package dev.holdfast.inspect;

import org.jspecify.annotations.NullMarked;
