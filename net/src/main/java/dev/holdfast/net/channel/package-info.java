/// Waiting for channels of somebody else's: how a library that has sockets of its own lives with a loop. Stands on
/// `netty`.
@NullMarked
package dev.holdfast.net.channel;

import org.jspecify.annotations.NullMarked;
