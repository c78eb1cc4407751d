package dev.holdfast.echo;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;

/// What a server tells the process that started it, and takes from it: its port, then for each line that comes how
/// many bytes of heap full collections leave. It ends with that process.
final class Orders {
    private static final int COLLECTIONS = 3; // some of what a collection frees is only found by the next

    private Orders() {}

    /// Tells `port`, and takes orders from now on, on a thread of their own.
    static void at(int port) {
        System.out.println("port " + port);
        Thread.ofPlatform().daemon().name("orders").start(Orders::take);
    }

    private static void take() {
        try {
            var orders = new BufferedReader(new InputStreamReader(System.in, UTF_8));
            while (orders.readLine() != null) System.out.println("heap " + heap());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            Runtime.getRuntime().halt(0); // a server has nothing to tidy up, and some would ask for patience
        }
    }

    private static long heap() {
        for (int i = 0; i < COLLECTIONS; i++) System.gc();
        var runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
