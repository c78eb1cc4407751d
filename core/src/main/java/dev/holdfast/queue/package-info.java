/// Items from coroutines to coroutines: in order, by priority, or last in first out. Stands on `sync`.
@NullMarked
package dev.holdfast.queue;

import org.jspecify.annotations.NullMarked;
