package dev.holdfast.loop;

import org.jspecify.annotations.Nullable;

/// A virtual thread cannot carry others; so what must run on a platform thread gets one there, and is waited for.
final class Platform {
    private Platform() {}

    static void call(Runnable body) {
        if (!Thread.currentThread().isVirtual()) {
            body.run();
            return;
        }
        var error = new @Nullable Throwable[1];
        var thread = Thread.ofPlatform().name(Thread.currentThread().getName()).start(() -> {
            try {
                body.run();
            } catch (Throwable e) {
                error[0] = e;
            }
        });
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) Thread.currentThread().interrupt();
        switch (error[0]) {
            case null -> {}
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case Throwable e -> throw new AssertionError("a Runnable threw", e);
        }
    }
}
