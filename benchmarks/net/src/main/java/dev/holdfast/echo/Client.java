package dev.holdfast.echo;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// One connection of the load: sends its message, and when all of the answer has come tells how long that took.
final class Client {
    private static final int CHECKED = 64; // one answer of so many is compared with what was sent, and the first

    private final Line line;
    private final SelectionKey key;
    private final ByteBuffer message;
    private final Told told;
    private int got; // bytes of the answer
    private int answers; // so far
    private long sent; // when, in nanoseconds

    /// Who is told of answers.
    @FunctionalInterface
    interface Told {
        /// All of an answer has come to `client`, which sends nothing more by itself.
        ///
        /// @param now in nanoseconds
        /// @param nanos since it was asked for
        void answered(Client client, long now, long nanos) throws IOException;
    }

    /// Connects.
    ///
    /// @param tls null in clear
    Client(SocketAddress server, @Nullable SSLContext tls, Selector selector, ByteBuffer message, Told told)
            throws IOException {
        var socket = SocketChannel.open(server);
        socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
        this.line = tls == null ? new Line.Clear(socket) : new TlsLine(socket, tls);
        socket.configureBlocking(false);
        this.key = socket.register(selector, SelectionKey.OP_READ, this);
        this.message = message;
        this.told = told;
    }

    /// Sends the message.
    ///
    /// @param now in nanoseconds, from which on the time is taken
    void ask(long now) throws IOException {
        sent = now;
        got = 0;
        message.rewind();
        send();
    }

    /// The system is ready for more.
    ///
    /// @param inbox for what is read; its contents are nobody's
    /// @throws IOException if the server ends the connection, sends too much, or something else than it got
    void ready(ByteBuffer inbox) throws IOException {
        if (key.isWritable()) send();
        if (key.isReadable()) receive(inbox);
    }

    private void send() throws IOException {
        int wanted = line.send(message) ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ;
        if (key.interestOps() != wanted) key.interestOps(wanted);
    }

    private void receive(ByteBuffer inbox) throws IOException {
        inbox.clear();
        int count = line.receive(inbox);
        int size = message.capacity();
        if (count < 0) throw new IOException("the server has ended a connection");
        if (got + count > size)
            throw new IOException("an answer is too long: " + (got + count) + " bytes instead of " + size);
        if (answers % CHECKED == 0) check(inbox.flip());
        got += count;
        if (got < size) return;
        answers++;
        long now = System.nanoTime();
        told.answered(this, now, now - sent);
    }

    private void check(ByteBuffer part) throws IOException {
        int wrong = part.mismatch(message.slice(got, part.remaining()));
        if (wrong >= 0) throw new IOException("byte " + (got + wrong) + " of an answer is not what was sent");
    }

    void close() throws IOException {
        line.close();
    }
}
