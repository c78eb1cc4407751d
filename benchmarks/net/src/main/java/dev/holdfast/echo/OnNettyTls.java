package dev.holdfast.echo;

import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.nio.file.Path;

/// The echo server on bare Netty, by TLS: of the JDK or OpenSSL's, as the second argument says.
final class OnNettyTls {
    private OnNettyTls() {}

    public static void main(String... args) throws IOException, InterruptedException {
        var tls = SslContextBuilder.forServer(Certificate.keys(Path.of(args[0])))
                .sslProvider(SslProvider.valueOf(args[1]))
                .build();
        OnNetty.serve(channel -> channel.pipeline().addLast(tls.newHandler(channel.alloc()), new OnNetty.Echo()));
    }
}
