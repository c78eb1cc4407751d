package dev.holdfast.peers;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One program in a JVM of its own, and what is seen of it from outside: collections come all the time, and in the
/// end its verdict is printed. `Scene PEER CASE`, the peer by the name of its class.
final class Scene {
    private static final Duration QUIET = Duration.ofSeconds(5); // who has told nobody by then hangs
    private static final Duration AFTERWORD = Duration.ofSeconds(1); // for news of what has vanished already
    private static final Duration PAUSE = Duration.ofMillis(50); // between two collections
    private static final Duration BEFORE = Duration.ofMillis(200); // by then everybody waits

    private final List<WeakReference<Witness<?>>> witnesses = new CopyOnWriteArrayList<>();
    private final AtomicReference<@Nullable Verdict> news = new AtomicReference<>(); // only the first counts
    private volatile long hopeless = System.nanoTime(); // since when nobody can end the wait; before, the start

    public static void main(String... args) throws ReflectiveOperationException {
        var peer = Class.forName(args[0])
                .asSubclass(Peer.class)
                .getDeclaredConstructor()
                .newInstance();
        var program = Case.valueOf(args[1]);
        var scene = new Scene();
        var thread = Thread.ofPlatform().name("program").start(() -> scene.play(peer, program));
        System.out.println(scene.watchUntilDecided(thread).line());
        System.out.flush();
        Runtime.getRuntime().halt(0); // what hangs would not end by itself
    }

    private void play(Peer peer, Case program) {
        try {
            program.play(peer, this);
        } catch (Exception | Error e) {
            ended(e);
        }
    }

    /// Waits, and sees how it ends. The frame of the waiting code, this one, holds the witness.
    <T extends @Nullable Object, E extends Exception> T watch(Wait<T, E> wait) throws E {
        var witness = this.<T>witness();
        try {
            T value = wait.end();
            witness.accept(value, null);
            return value;
        } catch (Exception | Error e) {
            ended(e);
            throw e;
        }
    }

    /// A wait: returns its value, or throws its error.
    interface Wait<T extends @Nullable Object, E extends Exception> {
        T end() throws E;
    }

    /// {@return what sees how a wait ends} Only the waiting code may hold it.
    <T extends @Nullable Object> Witness<T> witness() {
        var witness = new Witness<T>(this);
        witnesses.add(new WeakReference<>(witness));
        return witness;
    }

    void ended(@Nullable Throwable error) {
        var verdict = error == null
                ? Verdict.of("keeps")
                : new Verdict("tells", error.getClass().getSimpleName(), millisHopeless());
        news.compareAndSet(null, verdict);
    }

    /// From here on nobody can end the wait any more.
    void hopeless() {
        hopeless = System.nanoTime();
    }

    /// {@return true, always: the error path on which nobody answers}
    boolean goesWrong() {
        hopeless();
        return true;
    }

    /// Completes `future` on a thread of its own, after collections, if it is still there.
    <F> void completeLater(WeakReference<F> future, Consumer<F> completer) {
        Thread.ofPlatform().daemon().start(() -> {
            pause(BEFORE);
            System.gc();
            var stillThere = future.get();
            if (stillThere == null) hopeless();
            else completer.accept(stillThere);
        });
    }

    /// Goes on with other things, for longer than anybody watches.
    void goOn() {
        pause(Duration.ofMinutes(1));
    }

    private Verdict watchUntilDecided(Thread program) {
        while (true) {
            System.gc();
            var verdict = news.get();
            if (verdict != null) return verdict;
            if (!program.isAlive()) throw new IllegalStateException("the program has ended, and waited for nobody");
            if (areWitnessesGone() && millisHopeless() > AFTERWORD.toMillis()) return Verdict.of("vanishes");
            if (millisHopeless() > QUIET.toMillis()) return Verdict.of("hangs");
            pause(PAUSE);
        }
    }

    private boolean areWitnessesGone() {
        return !witnesses.isEmpty() && witnesses.stream().allMatch(weak -> weak.refersTo(null));
    }

    private long millisHopeless() {
        return Duration.ofNanos(System.nanoTime() - hopeless).toMillis();
    }

    private static void pause(Duration duration) {
        try {
            Thread.sleep(duration);
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts these programs", e);
        }
    }
}
