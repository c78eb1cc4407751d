/// What Holdfast costs, against bare virtual threads in the same run.
@NullMarked
package dev.holdfast.benchmarks;

import org.jspecify.annotations.NullMarked;
