package dev.holdfast.testing;

import dev.holdfast.loop.IOLoop;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.condition.EnabledIf;

/// Runs a test on the baton carrier only: the twin of one that is [OnMounted].
@Target({ElementType.METHOD, ElementType.TYPE})
@Retention(RetentionPolicy.RUNTIME)
@EnabledIf("dev.holdfast.testing.OnBaton$Kind#isBaton")
public @interface OnBaton {
    /// Which carrier the loops of this JVM get.
    final class Kind {
        private Kind() {}

        static boolean isMounted() {
            return kind().equals("mounted");
        }

        static boolean isBaton() {
            return kind().equals("baton");
        }

        private static String kind() {
            try (var loop = IOLoop.open()) {
                return loop.carrier().kind();
            }
        }
    }
}
