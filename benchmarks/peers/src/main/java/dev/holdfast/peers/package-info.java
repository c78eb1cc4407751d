/// Four small programs that can lose a coroutine, on Holdfast and on others. `./bench --peers` runs them and says who
/// hangs, who vanishes, and who tells. Those in Kotlin stand in `src/main/kotlin`, those for asyncio in
/// `src/main/python`.
@NullMarked
package dev.holdfast.peers;

import org.jspecify.annotations.NullMarked;
