/// The same works on Holdfast and on others, and how long each takes. `./bench peers` runs them and prints the table.
/// Those in Kotlin stand in `src/main/kotlin`, those for CPython in `src/main/python`, and what needs a preview of the
/// JDK in `src/preview`.
@NullMarked
package dev.holdfast.peers.works;

import org.jspecify.annotations.NullMarked;
