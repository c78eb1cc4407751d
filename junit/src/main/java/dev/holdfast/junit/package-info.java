/// Test methods that are coroutines: [dev.holdfast.junit.SimTest] runs them in virtual time, from seeds if need be,
/// [dev.holdfast.junit.LoopTest] in real time. Stands on core's `testing` and on JUnit.
@NullMarked
package dev.holdfast.junit;

import org.jspecify.annotations.NullMarked;
