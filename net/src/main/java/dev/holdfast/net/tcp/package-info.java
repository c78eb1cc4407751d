/// Servers and clients over TCP and Unix sockets: a task for each connection, connecting in a race of addresses.
/// Stands on `netty`.
@NullMarked
package dev.holdfast.net.tcp;

import org.jspecify.annotations.NullMarked;
