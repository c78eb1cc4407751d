/// Runs the proofs. They themselves stand in the packages of what they prove, as tests do: jcstress races two threads
/// through a few lines again and again and knows which outcomes are allowed; Lincheck goes through the orders of
/// short stories and asks whether each could have happened one after the other.
@NullMarked
package dev.holdfast.proofs;

import org.jspecify.annotations.NullMarked;
