package dev.holdfast.peers.works;

import java.time.Duration;

/// The works, written as somebody would who uses that runtime every day. A peer that has no such thing leaves it out.
///
/// Each does `n` of something and returns what its coroutines returned, added up: that is checked, so that all have
/// done the same, and nothing can be left out by a clever compiler.
public interface Works extends AutoCloseable {
    /// How many waits, or items, until two players are replaced by others. A program does not consist of one coroutine
    /// that never ends, and what a JIT compiler makes of such a one is nobody's case.
    int GAME = 500;

    /// How many tasks at a time are fanned out, and how many timers are pending at a time.
    int BATCH = 1_000;

    /// How many children a scope has, and a node of skynet.
    int CHILDREN = 10;

    /// A timer that is due after this is always cancelled before.
    Duration LATER = Duration.ofHours(1);

    /// What sleeps, sleeps so long.
    Duration SOON = Duration.ofMillis(1);

    /// Two coroutines play ball, each with a future that the other awaits: whoever gets the ball completes the
    /// other's future with the next number. Returns the number of waits, `n`.
    default long switches(int n) throws Exception {
        throw new UnsupportedOperationException();
    }

    /// A coroutine starts another, which returns its number, and joins it; `n` times.
    default long startJoin(int n) throws Exception {
        throw new UnsupportedOperationException();
    }

    /// Two coroutines and two queues of one place: what is taken from one is put into the other, plus 1. Returns the
    /// number of items, `n`.
    default long pingPong(int n) throws Exception {
        throw new UnsupportedOperationException();
    }

    /// A coroutine starts a thousand others, each of which returns its number, then joins them all; until there were
    /// `n`.
    default long fan(int n) throws Exception {
        throw new UnsupportedOperationException();
    }

    /// A coroutine that starts ten others, each of which does the same, until there are `n` that return their number;
    /// each returns the sum of its own to the one above (A. Temdaoui, the skynet benchmark, 2016).
    default long skynet(int n) throws Exception {
        throw new UnsupportedOperationException();
    }

    /// Timers of an hour: a thousand are set, then cancelled; until there were `n`. Returns their number.
    default long setCancel(int n) throws Exception {
        throw new UnsupportedOperationException();
    }

    /// Sets `n` timers of a millisecond, and returns when all have fired. Returns their number.
    default long setFire(int n) throws Exception {
        throw new UnsupportedOperationException();
    }

    /// Starts `n` coroutines that sleep a millisecond and return their number, and joins them all.
    default long sleepers(int n) throws Exception {
        throw new UnsupportedOperationException();
    }

    /// Another thread brings `n` numbers, one by one, each of which is added where the coroutines run.
    default long callbacks(int n) throws Exception {
        throw new UnsupportedOperationException();
    }

    /// A scope is opened, ten coroutines started in it that return their number, and closed; until there were `n`
    /// coroutines.
    default long scopes(int n) throws Exception {
        throw new UnsupportedOperationException();
    }

    /// Starts `n` coroutines that wait on the same future, and returns when all do.
    default Gate park(int n) throws Exception {
        throw new UnsupportedOperationException();
    }

    @Override
    void close();

    /// What [#park] has closed.
    interface Gate {
        /// Lets all of them go, and returns when they have ended.
        void open() throws Exception;
    }
}
