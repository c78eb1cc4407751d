/// Streams and sockets for coroutines, on Netty's transports.
module dev.holdfast.net {
    requires transitive dev.holdfast.core;
    requires static transitive org.jspecify; // annotations: nobody needs them to run
    requires io.netty.buffer;
    requires io.netty.codec;
    requires io.netty.common;
    requires io.netty.handler;
    requires io.netty.transport;
    requires io.netty.transport.classes.epoll;
    requires io.netty.transport.unix.common;

    exports dev.holdfast.net.channel;
    exports dev.holdfast.net.netty;
    exports dev.holdfast.net.process;
    exports dev.holdfast.net.stream;
    exports dev.holdfast.net.tcp;
    exports dev.holdfast.net.tls;
    exports dev.holdfast.net.testing;
    exports dev.holdfast.net.udp;

    provides dev.holdfast.loop.Library with
            dev.holdfast.net.stream.NetLibrary;
}
