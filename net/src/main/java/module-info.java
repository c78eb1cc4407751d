/// Streams and sockets for coroutines, on Netty's transports.
module dev.holdfast.net {
    requires transitive dev.holdfast.core;
    requires static transitive org.jspecify; // annotations: nobody needs them to run

    exports dev.holdfast.net.stream;
    exports dev.holdfast.net.testing;

    provides dev.holdfast.loop.Library with
            dev.holdfast.net.stream.NetLibrary;
}
