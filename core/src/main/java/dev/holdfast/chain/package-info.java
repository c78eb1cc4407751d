/// Lines whose members are their own links. Stands on nothing; not exported.
@NullMarked
package dev.holdfast.chain;

import org.jspecify.annotations.NullMarked;
