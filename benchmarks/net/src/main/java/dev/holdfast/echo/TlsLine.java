package dev.holdfast.echo;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;

/// A line by TLS 1.3 and the JDK's engine, with one cipher, so that all servers have to do the same.
///
/// It greets the server when it is made, for which the socket has to block. It encrypts and decrypts as much as the
/// server, so that it is not the cheap end that a line in clear is.
final class TlsLine implements Line {
    static final String VERSION = "TLSv1.3";
    static final String CIPHER = "TLS_AES_128_GCM_SHA256";

    private static final int RECORDS = 6; // that have room: a message of 64 KiB has four, and some spare
    private static final Duration PATIENCE = Duration.ofSeconds(20); // with a server that does not greet
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final SocketChannel socket;
    private final SSLEngine engine;
    // Arrays, since the JDK encrypts in them at once, and copies what is elsewhere.
    private final ByteBuffer in; // came and is to be decrypted; its end is open
    private final ByteBuffer out; // is encrypted and to be sent

    /// Greets the server at the other end of `socket`, which blocks; once this has been made it must not.
    TlsLine(SocketChannel socket, SSLContext context) throws IOException {
        this.socket = socket;
        this.engine = context.createSSLEngine();
        engine.setUseClientMode(true);
        engine.setEnabledProtocols(new String[] {VERSION});
        engine.setEnabledCipherSuites(new String[] {CIPHER});
        int room = RECORDS * engine.getSession().getPacketBufferSize();
        this.in = ByteBuffer.allocate(room);
        this.out = ByteBuffer.allocate(room).limit(0);
        greet();
    }

    private void greet() throws IOException {
        socket.socket().setSoTimeout((int) PATIENCE.toMillis());
        engine.beginHandshake();
        var inbox = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize());
        while (true)
            switch (engine.getHandshakeStatus()) {
                case NEED_WRAP -> {
                    encrypt(NOTHING);
                    socket.write(out);
                }
                case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
                    in.flip();
                    var status = decrypt(inbox).getStatus();
                    in.compact();
                    if (status == Status.BUFFER_UNDERFLOW) awaitMore();
                }
                case NEED_TASK -> engine.getDelegatedTask().run();
                case FINISHED, NOT_HANDSHAKING -> {
                    return;
                }
            }
    }

    /// Reads by the stream of the socket, for that has a limit.
    private void awaitMore() throws IOException {
        int count = socket.socket().getInputStream().read(in.array(), in.position(), in.remaining());
        if (count < 0) throw new IOException("the server has ended a connection before it greeted");
        in.position(in.position() + count);
    }

    @Override
    public boolean send(ByteBuffer message) throws IOException {
        while (true) {
            if (out.hasRemaining()) socket.write(out);
            if (out.hasRemaining()) return true;
            if (!message.hasRemaining()) return false;
            encrypt(message);
        }
    }

    /// Encrypts as much as there is room for, so that it goes out at once.
    private void encrypt(ByteBuffer message) throws IOException {
        int record = engine.getSession().getPacketBufferSize();
        out.clear();
        do checked(engine.wrap(message, out));
        while (message.hasRemaining() && out.remaining() >= record);
        out.flip();
    }

    @Override
    public int receive(ByteBuffer inbox) throws IOException {
        int before = inbox.position();
        int count = socket.read(in);
        in.flip();
        SSLEngineResult last;
        do last = decrypt(inbox);
        while (last.bytesConsumed() > 0);
        in.compact();
        boolean ended = count < 0 || last.getStatus() == Status.CLOSED;
        return ended && inbox.position() == before ? -1 : inbox.position() - before;
    }

    /// Decrypts the next record, if all of it is there.
    private SSLEngineResult decrypt(ByteBuffer inbox) throws IOException {
        return checked(engine.unwrap(in, inbox));
    }

    private static SSLEngineResult checked(SSLEngineResult result) throws IOException {
        if (result.getStatus() == Status.BUFFER_OVERFLOW) throw new IOException("no room for a record of TLS");
        return result;
    }

    /// Says that nothing more comes, if the system takes it.
    @Override
    public void close() throws IOException {
        try (socket) {
            engine.closeOutbound();
            if (!out.hasRemaining() && engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) encrypt(NOTHING);
            socket.write(out);
        }
    }
}
