package dev.holdfast.echo;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.net.NetServerOptions;

/// The echo server on Vert.x: one event loop, epoll.
final class OnVertx {
    private OnVertx() {}

    public static void main(String... args) {
        serve(new NetServerOptions());
    }

    /// Echoes on a port of its own.
    static void serve(NetServerOptions options) {
        var vertx =
                Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(1));
        if (!vertx.isNativeTransportEnabled()) throw new IllegalStateException("Vert.x goes without epoll");
        var _ = vertx.createNetServer(options.setTcpNoDelay(true))
                .connectHandler(socket -> socket.handler(socket::write))
                .listen(0, "127.0.0.1")
                .onSuccess(server -> Orders.at(server.actualPort()));
    }
}
