/// Ends that come from outside: promises that other threads keep, tasks that end with their owner, and the news
/// that nobody is left to bring them about. Stands on `task` and `loop`.
@NullMarked
package dev.holdfast.lifetime;

import org.jspecify.annotations.NullMarked;
