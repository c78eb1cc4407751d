/// The tree of cancellation: scopes, and what is thrown out of a wait when one is cancelled or a limit has passed.
/// Knows nothing of tasks or loops. Stands on `time`.
@NullMarked
package dev.holdfast.cancel;

import org.jspecify.annotations.NullMarked;
