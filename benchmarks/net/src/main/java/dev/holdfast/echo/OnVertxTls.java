package dev.holdfast.echo;

import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.PfxOptions;

/// The echo server on Vert.x, by TLS of the JDK.
final class OnVertxTls {
    private OnVertxTls() {}

    public static void main(String... args) {
        var certificate = new PfxOptions().setPath(args[0]).setPassword(Certificate.PASSWORD);
        OnVertx.serve(new NetServerOptions().setSsl(true).setKeyCertOptions(certificate));
    }
}
