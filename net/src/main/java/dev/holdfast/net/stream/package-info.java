/// Bytes and streams of bytes, whatever carries them: queues of segments, reading up to something, back-pressure;
/// over files, and to and from the JDK's streams. Knows no network. Stands on core.
@NullMarked
package dev.holdfast.net.stream;

import org.jspecify.annotations.NullMarked;
