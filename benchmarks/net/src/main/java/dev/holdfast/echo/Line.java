package dev.holdfast.echo;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/// What a client speaks over: a socket that does not block.
interface Line extends Closeable {
    /// Sends what the system takes of `message`.
    ///
    /// @return whether some is left
    boolean send(ByteBuffer message) throws IOException;

    /// Puts what has come into `inbox`.
    ///
    /// @return how many bytes; -1 if the server has ended it
    int receive(ByteBuffer inbox) throws IOException;

    /// One in clear.
    record Clear(SocketChannel socket) implements Line {
        @Override
        public boolean send(ByteBuffer message) throws IOException {
            socket.write(message);
            return message.hasRemaining();
        }

        @Override
        public int receive(ByteBuffer inbox) throws IOException {
            return socket.read(inbox);
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
