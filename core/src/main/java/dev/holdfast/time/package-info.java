/// The one clock, and agendas: what is due when. Stands on nothing.
@NullMarked
package dev.holdfast.time;

import org.jspecify.annotations.NullMarked;
