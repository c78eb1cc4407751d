package dev.holdfast.net.udp;

import dev.holdfast.net.netty.Addresses;
import java.net.InetSocketAddress;

/// Bytes that came in one piece, and who sent them.
public final class Datagram {
    private final byte[] bytes;
    private final InetSocketAddress sender;

    Datagram(byte[] bytes, InetSocketAddress sender) {
        this.bytes = bytes;
        this.sender = sender;
    }

    /// {@return what was sent, perhaps nothing; the array is the caller's}
    public byte[] bytes() {
        return bytes;
    }

    /// {@return who sent it, and gets the answer}
    public InetSocketAddress sender() {
        return sender;
    }

    /// {@return its size and sender: `Datagram[12 bytes from 127.0.0.1:53]`}
    @Override
    public String toString() {
        return "Datagram[" + bytes.length + (bytes.length == 1 ? " byte" : " bytes") + " from "
                + Addresses.inWords(sender) + "]";
    }
}
