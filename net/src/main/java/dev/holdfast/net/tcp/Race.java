package dev.holdfast.net.tcp;

import dev.holdfast.cancel.TooSlow;
import dev.holdfast.future.Outcome;
import dev.holdfast.future.Outcome.Failure;
import dev.holdfast.future.Outcome.Value;
import dev.holdfast.net.netty.Addresses;
import dev.holdfast.net.stream.ByteStream;
import dev.holdfast.queue.Queue;
import dev.holdfast.scope.TaskScope;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Tries the addresses of a host, each a little later than the one before, or as soon as that has failed; who is
/// first wins, and the others are closed. Families take turns, so that one which is broken costs a quarter of a
/// second (D. Schinazi, T. Pauly, "Happy Eyeballs Version 2", RFC 8305, 2017).
///
/// @param <S> what is connected
final class Race<S extends ByteStream> {
    private static final Duration HEAD_START = Duration.ofMillis(250); // RFC 8305, section 5

    /// Connects to one address.
    @FunctionalInterface
    interface Connector<S> {
        S connect(InetSocketAddress address) throws IOException;
    }

    private final Connector<S> connector;
    private final Queue<Outcome<S>> finishes = new Queue<>(); // of attempts, as they end
    private final Map<InetSocketAddress, IOException> failures = new LinkedHashMap<>();
    private @Nullable S winner;

    private Race(Connector<S> connector) {
        this.connector = connector;
    }

    /// Returns the first connection to one of `addresses`, of which there is one at least.
    static <S extends ByteStream> S of(List<InetSocketAddress> addresses, Connector<S> connector) throws IOException {
        if (addresses.size() == 1) return connector.connect(addresses.getFirst());
        return new Race<>(connector).run(inTurns(addresses));
    }

    /// Returns the same addresses, their families taking turns.
    static List<InetSocketAddress> inTurns(List<InetSocketAddress> addresses) {
        var first = addresses.getFirst().getAddress().getClass();
        var ones = new ArrayDeque<InetSocketAddress>();
        var others = new ArrayDeque<InetSocketAddress>();
        for (var each : addresses) (each.getAddress().getClass() == first ? ones : others).add(each);
        var turns = new ArrayList<InetSocketAddress>();
        while (!ones.isEmpty() || !others.isEmpty()) {
            if (!ones.isEmpty()) turns.add(ones.remove());
            if (!others.isEmpty()) turns.add(others.remove());
        }
        return turns;
    }

    private S run(List<InetSocketAddress> addresses) throws IOException {
        boolean isOver = false;
        try (var scope = TaskScope.open()) {
            race(scope, addresses);
            scope.cancel("another address was quicker");
            scope.join();
            isOver = true;
        } finally {
            for (Outcome<S> late; (late = finishes.tryGet()) != null; ) if (late instanceof Value<S>(S s)) s.close();
            if (!isOver && winner != null) winner.close();
        }
        if (winner == null) throw failed();
        return winner;
    }

    private void race(TaskScope scope, List<InetSocketAddress> addresses) {
        for (int begun = 0; winner == null && failures.size() < addresses.size(); ) {
            if (begun < addresses.size()) begin(scope, addresses.get(begun++));
            var finish = begun == addresses.size() ? finishes.get() : finishWithin(HEAD_START);
            if (finish instanceof Value<S>(S stream)) winner = stream;
        }
    }

    private void begin(TaskScope scope, InetSocketAddress address) {
        scope.start("connect " + Addresses.inWords(address), () -> {
            try {
                finishes.tryPut(new Value<>(connector.connect(address)));
            } catch (IOException e) {
                failures.put(address, e);
                finishes.tryPut(new Failure<>(e));
            }
        });
    }

    private @Nullable Outcome<S> finishWithin(Duration limit) {
        try {
            return finishes.get(limit);
        } catch (TooSlow e) {
            return null;
        }
    }

    private IOException failed() {
        var words = failures.entrySet().stream()
                .map(failure -> Addresses.inWords(failure.getKey()) + ": "
                        + failure.getValue().getMessage())
                .collect(Collectors.joining("; "));
        var error = new IOException(words);
        failures.values().forEach(error::addSuppressed);
        return error;
    }
}
