package dev.holdfast.echo;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// An echo server in a process of its own, which listens when this has been made. Closed, it is gone.
final class Server implements AutoCloseable {
    private static final int PATIENCE = 5; // seconds

    private final Contender contender;
    private final Process process;
    private final BufferedReader told;
    private final int port;

    Server(Contender contender) throws IOException {
        this.contender = contender;
        this.process = new ProcessBuilder(contender.command())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        this.told = process.inputReader(UTF_8);
        this.port = (int) number("port");
    }

    Contender contender() {
        return contender;
    }

    int port() {
        return port;
    }

    /// {@return the CPU time that all of its threads have taken so far}
    Duration cpu() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /// {@return how many bytes of heap full collections leave}
    long heap() throws IOException {
        var orders = process.outputWriter(UTF_8);
        orders.write("heap\n");
        orders.flush();
        return number("heap");
    }

    private long number(String name) throws IOException {
        var line = told.readLine();
        if (line == null) throw new IOException(this + " has ended");
        if (!line.startsWith(name + " ")) throw new IOException(this + " says " + line + " instead of its " + name);
        return Long.parseLong(line.substring(name.length() + 1));
    }

    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
        boolean interrupted = false;
        try {
            if (!process.waitFor(PATIENCE, TimeUnit.SECONDS)) process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            interrupted = true;
        }
        if (interrupted) Thread.currentThread().interrupt();
    }

    @Override
    public String toString() {
        return "server of " + contender.title;
    }
}
