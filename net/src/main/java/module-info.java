/// Streams and sockets for coroutines, on Netty's transports.
module dev.holdfast.net {
    requires transitive dev.holdfast.core;
    requires static transitive org.jspecify; // annotations: nobody needs them to run

    exports dev.holdfast.net.stream;
}
