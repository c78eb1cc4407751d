/// Netty as a guest of our loop: its transports run where the loop sleeps. The one package that knows `io.netty`
/// (law 8). Stands on `stream`.
@NullMarked
package dev.holdfast.net.netty;

import org.jspecify.annotations.NullMarked;
