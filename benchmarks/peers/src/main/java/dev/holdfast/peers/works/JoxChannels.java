package dev.holdfast.peers.works;

import com.softwaremill.jox.Channel;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// Jox's channels between the JDK's virtual threads. Only its channels are its own: what it builds scopes of is the
/// JDK's `StructuredTaskScope`.
final class JoxChannels implements Works {
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();

    @Override
    public long pingPong(int n) throws Exception {
        return executor.submit(() -> {
                    long items = 0;
                    for (int i = 0; i < n / GAME; i++) items += rally();
                    return items;
                })
                .get();
    }

    private int rally() throws InterruptedException, ExecutionException {
        var left = Channel.<Integer>newBufferedChannel(1);
        var right = Channel.<Integer>newBufferedChannel(1);
        var threadA = executor.submit(() -> pass(left, right));
        var threadB = executor.submit(() -> pass(right, left));
        left.send(0);
        threadA.get();
        return threadB.get() + 1;
    }

    private static int pass(Channel<Integer> from, Channel<Integer> to) throws InterruptedException {
        int value = 0;
        for (int i = 0; i < GAME / 2; i++) {
            value = from.receive();
            to.send(value + 1);
        }
        return value;
    }

    @Override
    public void close() {
        executor.close();
    }
}
