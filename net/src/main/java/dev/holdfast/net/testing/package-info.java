/// What tests of networked code need: streams without a network, and the rules that every stream keeps. Stands on
/// all the floors below.
@NullMarked
package dev.holdfast.net.testing;

import org.jspecify.annotations.NullMarked;
