/// Datagrams: bytes in one piece, which arrive, or do not. Stands on `netty`, and on `tcp` for the names of hosts.
@NullMarked
package dev.holdfast.net.udp;

import org.jspecify.annotations.NullMarked;
