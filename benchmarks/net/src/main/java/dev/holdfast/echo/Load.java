package dev.holdfast.echo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/// Asks a server: on each connection the next message goes out as soon as the answer to the last is there. When this
/// has been made all connections are open, and each had an answer.
///
/// It must cost less than any server, or it would be what is measured: one thread, one selector, one buffer for all
/// that comes, and nothing is made for a request. By TLS it cannot be that cheap: see [TlsLine].
final class Load implements AutoCloseable {
    private static final int BATCH = 256; // connect at a time, so that no server's line of newcomers overflows
    private static final int INBOX = 128 * 1024; // bytes: more than there are in an answer, so that too many are seen
    private static final int DIGITS = 3; // of a time
    private static final Duration PATIENCE = Duration.ofSeconds(20); // for answers that are late

    private final SocketAddress server;
    private final Cell cell;
    private final @Nullable SSLContext tls; // null: in clear
    private final Noise noise;
    private final Selector selector = Selector.open();
    private final Consumer<SelectionKey> ready = this::ready;
    private final ByteBuffer inbox = ByteBuffer.allocateDirect(INBOX);
    private final Histogram times = new Histogram(TimeUnit.MINUTES.toNanos(1), DIGITS);
    private final List<Client> idle = new ArrayList<>(); // have their answer
    private int asking; // how many wait for one
    private int opened; // ever
    private boolean goesOn; // who has an answer asks again
    private boolean counts;

    Load(int port, Cell cell) throws IOException {
        this.server = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        this.cell = cell;
        this.tls = cell.work() == Cell.Work.TLS ? Certificate.context(Certificate.store()) : null;
        this.noise = new Noise(cell.bytes());
        while (opened < cell.connections()) {
            connect();
            if (opened % BATCH == 0) awaitAnswers();
        }
        awaitAnswers();
    }

    private void connect() throws IOException {
        long now = System.nanoTime();
        var client = new Client(server, tls, selector, noise.message(opened++), this::answered);
        asking++;
        client.ask(now);
    }

    /// Asks for so long, and does not count.
    void warm(Duration time) throws IOException {
        goOn();
        run(System.nanoTime() + time.toNanos());
    }

    /// Asks for so long, and counts.
    ///
    /// @param cpu of the server
    Sample measure(Duration time, Supplier<Duration> cpu) throws IOException {
        goOn();
        var thread = ManagementFactory.getThreadMXBean();
        times.reset();
        counts = true;
        var cpuBefore = cpu.get();
        long loadBefore = thread.getCurrentThreadCpuTime();
        long start = System.nanoTime();
        run(start + time.toNanos());
        long nanos = System.nanoTime() - start;
        long load = thread.getCurrentThreadCpuTime() - loadBefore;
        counts = false;
        return Sample.of(times, nanos, cpu.get().minus(cpuBefore), load);
    }

    private void goOn() throws IOException {
        goesOn = true;
        asking += idle.size();
        for (var client : idle) client.ask(System.nanoTime());
        idle.clear();
    }

    private void run(long deadline) throws IOException {
        for (long left; (left = deadline - System.nanoTime()) > 0; )
            selector.select(ready, Math.max(1, TimeUnit.NANOSECONDS.toMillis(left)));
    }

    private void ready(SelectionKey key) {
        try {
            ((Client) key.attachment()).ready(inbox);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void answered(Client client, long now, long nanos) throws IOException {
        if (counts) times.recordValue(nanos);
        if (!goesOn) {
            asking--;
            idle.add(client);
        } else if (cell.work() == Cell.Work.CONNECT) {
            client.close();
            asking--;
            connect();
        } else {
            client.ask(now);
        }
    }

    /// Asks nothing more, and waits for what was asked.
    private void awaitAnswers() throws IOException {
        goesOn = false;
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (asking > 0) {
            if (System.nanoTime() > deadline) throw new IOException(asking + " answers have not come");
            selector.select(ready, PATIENCE.toMillis());
        }
    }

    /// Waits for the last answers, and ends all connections.
    @Override
    public void close() throws IOException {
        try {
            awaitAnswers();
        } finally {
            for (var key : selector.keys()) ((Client) key.attachment()).close();
            selector.close();
        }
    }
}
