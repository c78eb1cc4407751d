package dev.holdfast.queue;

/// Thrown to whoever puts into a closed queue, and to whoever gets from one when nothing is left in it.
@SuppressWarnings("serial") // nothing of it needs a version
public final class QueueClosed extends RuntimeException {
    QueueClosed(Queue<?> queue) {
        super(queue + " is closed");
    }
}
