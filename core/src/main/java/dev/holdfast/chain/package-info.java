/// Lines whose members are their own links. Stands on nothing. Exported because listeners and
/// holdings, which users may see, are links.
@NullMarked
package dev.holdfast.chain;

import org.jspecify.annotations.NullMarked;
