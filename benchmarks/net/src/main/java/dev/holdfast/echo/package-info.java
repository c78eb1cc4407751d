/// One echo server, on Holdfast and on others, each as that library's own users would write it; and what asks them
/// all. `./bench net` runs every server in a process of its own on one core, asks from another, and prints who
/// answers how often and how soon.
@NullMarked
package dev.holdfast.echo;

import org.jspecify.annotations.NullMarked;
