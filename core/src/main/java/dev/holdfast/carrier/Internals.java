package dev.holdfast.carrier;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.InaccessibleObjectException;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import jdk.internal.access.JavaLangAccess;
import jdk.internal.access.SharedSecrets;
import jdk.internal.vm.ScopedValueContainer;
import jdk.internal.vm.ThreadContainer;
import jdk.internal.vm.ThreadContainers;
import org.jspecify.annotations.Nullable;

/// All that Holdfast knows of the JDK's inside, and the only file that does (law 8). It asks for one flag,
/// `--add-opens java.base/java.lang`, and opens the rest from there.
///
/// What it takes: virtual threads with a scheduler of ours, a thread container of ours (so that thread dumps show
/// tasks under their loop, bindings of scoped values are inherited, and nothing static roots a parked thread), and
/// the platform thread underneath a virtual one.
final class Internals {
    private static final Runtime.Version FIRST_SOUND = Runtime.Version.parse("25.0.3");
    private static final String SOCKET_POLLERS = "sun.nio.ch.Poller";
    private static final @Nullable String PROBLEM = findProblem();

    private Internals() {}

    /// Returns why the inside cannot be reached, with what to do about it; null if it can. Whether it then does
    /// what we take it for is for [SelfTest] to say.
    static @Nullable String problem() {
        return PROBLEM;
    }

    private static @Nullable String findProblem() {
        var version = Runtime.version();
        var problem = problemOf(version);
        if (problem != null) return problem;
        try {
            export("jdk.internal.vm");
            export("jdk.internal.access");
            Class.forName(SOCKET_POLLERS, false, null);
            Access.link();
            return null;
        } catch (InaccessibleObjectException e) {
            return "add " + flag() + " to the java command";
        } catch (ReflectiveOperationException | LinkageError e) {
            return "JDK " + version + " has other insides than 25: " + e;
        }
    }

    /// Returns what is wrong with a JDK of this version, or null.
    static @Nullable String problemOf(Runtime.Version version) {
        if (version.compareToIgnoreOptional(FIRST_SOUND) >= 0) return null;
        return "JDK " + version + " may lose wake-ups (JDK-8369227); use 25.0.3 or newer";
    }

    private static String flag() {
        var module = Internals.class.getModule();
        return "--add-opens java.base/java.lang=" + (module.isNamed() ? module.getName() : "ALL-UNNAMED");
    }

    private static void export(String name) throws ReflectiveOperationException {
        var export = Module.class.getDeclaredMethod("implAddExports", String.class, Module.class);
        export.setAccessible(true);
        export.invoke(Object.class.getModule(), name, Internals.class.getModule());
    }

    /// Keeps the JDK's own socket pollers off our loops: they run where they are first needed.
    static void initialisePollers() {
        try {
            Class.forName(SOCKET_POLLERS, true, null);
        } catch (ClassNotFoundException e) {
            throw new AssertionError("it was there a moment ago", e);
        }
    }

    /// Makes virtual threads that run on `scheduler`. Not thread-safe.
    static Thread.Builder.OfVirtual builder(Executor scheduler) {
        return Access.builder(scheduler);
    }

    /// Returns a container called `name`, of which thread dumps will say that it holds `threads`.
    static Object container(String name, Set<Thread> threads) {
        return Access.container(name, threads);
    }

    /// Takes a container made by [#container] out of thread dumps.
    static void remove(Object container) {
        ((Container) container).deregister();
    }

    /// Starts `thread` in a container made by [#container].
    static void start(Thread thread, Object container) {
        Access.start(thread, container);
    }

    /// Returns the platform thread underneath the current one, or the current one itself.
    static Thread currentCarrier() {
        return Access.LANG.currentCarrierThread();
    }

    /// Returns the virtual thread that is mounted on `carrier` at this moment, or null. Any thread may ask. Looks
    /// among `likely` first, and then among all that the JDK knows of; it knows of none that was started singly, if
    /// it was told not to track those.
    static @Nullable Thread mountedOn(Thread carrier, Set<Thread> likely) {
        for (var thread : likely) if (Access.carrierOf(thread) == carrier) return thread;
        return threadsUnder(ThreadContainers.root())
                .filter(thread -> thread.isVirtual() && Access.carrierOf(thread) == carrier)
                .findFirst()
                .orElse(null);
    }

    private static Stream<Thread> threadsUnder(ThreadContainer container) {
        return Stream.concat(container.threads(), container.children().flatMap(Internals::threadsUnder));
    }

    /// What can be linked only after the exports above.
    private static final class Access {
        static final JavaLangAccess LANG = SharedSecrets.getJavaLangAccess();
        private static final MethodHandle NEW_BUILDER = newBuilder();
        private static final MethodHandle CARRIER_OF = carrierOf();

        private static MethodHandle newBuilder() {
            try {
                var type = Class.forName("java.lang.ThreadBuilders$VirtualThreadBuilder");
                var constructor = type.getDeclaredConstructor(Executor.class);
                constructor.setAccessible(true);
                return MethodHandles.lookup()
                        .unreflectConstructor(constructor)
                        .asType(MethodType.methodType(Thread.Builder.OfVirtual.class, Executor.class));
            } catch (ReflectiveOperationException e) {
                throw new LinkageError("no scheduler seam for virtual threads", e);
            }
        }

        private static MethodHandle carrierOf() {
            try {
                var field = Class.forName("java.lang.VirtualThread").getDeclaredField("carrierThread");
                field.setAccessible(true);
                return MethodHandles.lookup()
                        .unreflectGetter(field)
                        .asType(MethodType.methodType(Thread.class, Thread.class));
            } catch (ReflectiveOperationException e) {
                throw new LinkageError("no way to see who is mounted", e);
            }
        }

        static @Nullable Thread carrierOf(Thread virtual) {
            try {
                return (Thread) CARRIER_OF.invokeExact(virtual);
            } catch (Throwable e) {
                throw new IllegalStateException("no way to see who is mounted", e);
            }
        }

        static void link() {
            container("link", Set.of()).deregister();
        }

        static Thread.Builder.OfVirtual builder(Executor scheduler) {
            try {
                return (Thread.Builder.OfVirtual) NEW_BUILDER.invokeExact(scheduler);
            } catch (Throwable e) {
                throw new IllegalStateException("no virtual threads on our scheduler", e);
            }
        }

        static Container container(String name, Set<Thread> threads) {
            return new Container(name, threads);
        }

        static void start(Thread thread, Object container) {
            LANG.start(thread, (ThreadContainer) container);
        }
    }

    private static final class Container extends ThreadContainer {
        private final String name;
        private final Set<Thread> threads; // written by the loop, read by thread dumps
        private final Thread owner = Thread.currentThread();
        private final Object registration; // weak on the JDK's side

        Container(String name, Set<Thread> threads) {
            super(true);
            this.name = name;
            this.threads = threads;
            this.registration = ThreadContainers.registerContainer(this);
        }

        void deregister() {
            ThreadContainers.deregisterContainer(registration);
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public ThreadContainer parent() {
            return ThreadContainers.root();
        }

        @Override
        public Stream<Thread> threads() {
            return threads.stream();
        }

        // Scoped values are inherited only from a container with an owner.
        @Override
        public Thread owner() {
            return owner;
        }

        @Override
        public ScopedValueContainer.BindingsSnapshot scopedValueBindings() {
            return ScopedValueContainer.captureBindings();
        }

        // What a thread dump calls it; loops of one name are told apart.
        @Override
        public String toString() {
            return name + "@" + Integer.toHexString(System.identityHashCode(this));
        }
    }
}
