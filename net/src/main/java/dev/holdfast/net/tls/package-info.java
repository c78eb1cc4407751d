/// How TLS is to be spoken, and what came of it: certificates and keys from files, whom to trust, names. Knows no
/// network. Stands on the JDK alone.
@NullMarked
package dev.holdfast.net.tls;

import org.jspecify.annotations.NullMarked;
