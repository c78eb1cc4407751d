package dev.holdfast.echo;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;

/// The echo server on the JDK's virtual threads, by TLS: `SSLSocket`, a thread for each connection.
final class OnVirtualThreadsTls {
    private OnVirtualThreadsTls() {}

    public static void main(String... args) throws IOException {
        var sockets = Certificate.context(Path.of(args[0])).getServerSocketFactory();
        OnVirtualThreads.serve(
                sockets.createServerSocket(0, OnVirtualThreads.BACKLOG, InetAddress.getLoopbackAddress()));
    }
}
