/// Other programs: started, talked to by streams, waited for, and never left behind. Stands on `stream`.
@NullMarked
package dev.holdfast.net.process;

import org.jspecify.annotations.NullMarked;
