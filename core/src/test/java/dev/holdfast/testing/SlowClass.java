package dev.holdfast.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CountDownLatch;

/// A class whose initialisation stands still until it is let go: a native frame stands below it, so a virtual thread
/// in there keeps its carrier. Each of these is another class, for a class is initialised once.
public final class SlowClass implements AutoCloseable {
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch open = new CountDownLatch(1);
    private final Loader loader = new Loader(this);

    /// Initialises the class, or waits until another thread has.
    public void initialise() throws ClassNotFoundException {
        Class.forName(Body.class.getName(), true, loader);
    }

    /// Counts down when somebody is initialising it.
    public CountDownLatch begun() {
        return begun;
    }

    /// Lets the initialisation end.
    @Override
    public void close() {
        open.countDown();
    }

    /// What the body finds its way by; public, because it stands in another run-time package.
    public static final class Loader extends ClassLoader {
        private final SlowClass owner;

        private Loader(SlowClass owner) {
            super(SlowClass.class.getClassLoader());
            this.owner = owner;
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.equals(Body.class.getName())) return super.loadClass(name, resolve);
            synchronized (getClassLoadingLock(name)) {
                var loaded = findLoadedClass(name);
                return loaded != null ? loaded : define(name);
            }
        }

        private Class<?> define(String name) {
            try (var file = getResourceAsStream(name.replace('.', '/') + ".class")) {
                if (file == null) throw new AssertionError("no " + name);
                var bytes = file.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /// For the body.
        public void stall() {
            try {
                owner.begun.countDown();
                owner.open.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static final class Body {
        static {
            ((Loader) Body.class.getClassLoader()).stall();
        }
    }
}
