package dev.holdfast.lifetime.random;

import dev.holdfast.lifetime.random.Script.By;
import dev.holdfast.lifetime.random.Script.Fate;
import dev.holdfast.lifetime.random.Script.Owner;
import dev.holdfast.lifetime.random.Script.Root;
import dev.holdfast.lifetime.random.Script.Step;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Writes a program from a seed. A kind author lets a last task do what the others wait for; a careless one does not.
/// A tangled one lets tasks wait for those that were started before them, and so for themselves in the end. What
/// comes from outside is rationed: the more does, the more often the end is a matter of chance, and says nothing.
final class Author {
    private static final int DEEPEST = 4;

    private final SplittableRandom random;
    private final long seed;
    private final boolean kind;
    private final boolean tangled;
    private final int roots;
    private final int slots;
    private final List<Integer> queues;
    private final List<Integer> semaphores = List.of(1, 2);
    private final int events;
    private final int conditions = 1;
    private final int locks;
    private final List<Step> wanted = new ArrayList<>(); // what would end the waits written so far
    private int privateSlots; // that only one knows
    private int strangers; // that may yet come from outside
    private int root; // whose steps are being written
    private boolean inScope; // and not its own, but those of a task in a scope of it
    private Set<Integer> held = Set.of(); // locks, here

    private Author(long seed) {
        this.seed = seed;
        this.random = new SplittableRandom(seed);
        this.kind = random.nextInt(10) > 0;
        this.tangled = random.nextInt(4) == 0;
        this.strangers = random.nextInt(4);
        this.roots = between(3, 6);
        this.slots = between(1, 3);
        this.queues = several(1, 2, () -> between(1, 2));
        this.events = between(1, 2);
        this.locks = between(2, 3);
    }

    static Script write(long seed) {
        return new Author(seed).write();
    }

    private Script write() {
        var written = new ArrayList<Root>();
        for (root = 0; root < roots; root++)
            written.add(new Root(root == 0 ? "main" : "t" + root, owner(), root == 0 ? main() : block(1)));
        if (kind) written.add(new Root("helper", Owner.NONE, help()));
        return new Script(seed, written, slots + privateSlots, queues, semaphores, events, conditions, locks);
    }

    private Owner owner() {
        if (root == 0 || random.nextInt(8) > 0) return Owner.NONE;
        return strangers > 0 && strangers-- > 0 ? Owner.DROPPED : Owner.KEPT;
    }

    /// Something of its own, and then it waits for most of the others, however they end.
    private List<Step> main() {
        var steps = block(2);
        for (int other = 1; other < roots; other++)
            if (random.nextInt(8) > 0) steps.add(new Step.Try(List.of(new Step.Join(other)), List.of()));
        return steps;
    }

    /// Not all at once: some wait only later.
    private List<Step> help() {
        var steps = new ArrayList<Step>();
        while (!wanted.isEmpty()) {
            steps.addAll(several(0, 1, Step.Yield::new));
            steps.add(wanted.remove(random.nextInt(wanted.size())));
        }
        return steps;
    }

    private List<Step> block(int depth) {
        return several(1, 3, () -> step(depth));
    }

    private Step step(int depth) {
        if (depth < DEEPEST && random.nextInt(depth == 1 ? 2 : 3) == 0) return nested(depth + 1);
        if (random.nextInt(4) == 0) return deed();
        return strangers > 0 && random.nextInt(4) == 0 ? stranger() : waiting();
    }

    // ---- blocks

    private Step nested(int depth) {
        return switch (random.nextInt(10)) {
            case 0, 1 -> locked(random.nextInt(locks), depth);
            case 2, 3 -> new Step.Finally(block(depth), List.of(deed()));
            case 4, 5, 6 -> new Step.Scope(several(1, 3, () -> child(depth)), block(depth));
            case 7 -> stubborn(waiting());
            case 8 -> strangers > 0 ? limit(block(depth)) : new Step.Try(block(depth), List.of());
            default -> new Step.Try(block(depth), several(0, 1, this::deed));
        };
    }

    /// Goes on after every failure, and waits for the same once more.
    private Step stubborn(Step wait) {
        return new Step.Try(several(3, 4, () -> new Step.Try(List.of(wait), List.of())), List.of());
    }

    private Step limit(List<Step> block) {
        strangers--;
        return random.nextBoolean() ? new Step.FailAfter(block) : new Step.MoveOnAfter(block);
    }

    /// Who holds a lock must not want it once more.
    private Step locked(int lock, int depth) {
        if (held.contains(lock)) return new Step.Try(block(depth), List.of());
        var more = new HashSet<>(held);
        more.add(lock);
        return new Step.Locked(lock, holding(more, () -> block(depth)));
    }

    private List<Step> child(int depth) {
        boolean outer = inScope;
        inScope = true;
        var steps = holding(Set.of(), () -> block(depth));
        inScope = outer;
        return steps;
    }

    private List<Step> holding(Set<Integer> locks, Supplier<List<Step>> block) {
        var before = held;
        held = locks;
        var steps = block.get();
        held = before;
        return steps;
    }

    // ---- steps

    /// Something that needs no wait.
    private Step deed() {
        return switch (random.nextInt(12)) {
            case 0, 1, 2, 3 -> new Step.Complete(slot());
            case 4 -> new Step.Hire(By.NOBODY, slot());
            case 5 -> new Step.Release(semaphore());
            case 6 -> new Step.SetEvent(event());
            case 7 -> new Step.Signal(condition());
            case 8 -> new Step.TryPut(queue());
            case 9 -> new Step.TryGet(queue());
            case 10 -> new Step.Cancel(between(1, roots - 1));
            default -> random.nextBoolean() ? new Step.Collect() : new Step.Complete(slot());
        };
    }

    /// Something that comes from outside, or waits for that.
    private Step stranger() {
        strangers--;
        return switch (random.nextInt(14)) {
            case 0, 1 -> new Step.Sleep();
            case 2 -> new Step.AwaitAtMost(slot());
            case 3, 4 -> new Step.Offload();
            case 5 -> new Step.Block();
            case 6, 7, 8 -> hire(By.values()[random.nextInt(3)]);
            case 9 -> new Step.Outside(Fate.COMPLETED);
            default -> new Step.Outside(Fate.values()[random.nextInt(Fate.values().length)]);
        };
    }

    /// Half of those who are hired do something that nobody else does, and that is waited for.
    private Step hire(By by) {
        if (random.nextBoolean()) return new Step.Hire(by, slot());
        int slot = slots + privateSlots++;
        return new Step.Try(List.of(new Step.Hire(by, slot), new Step.Await(slot)), List.of());
    }

    private Step waiting() {
        return switch (random.nextInt(20)) {
            case 0, 1 -> new Step.Yield();
            case 2, 3, 4, 5 -> join();
            case 6, 7, 8 -> {
                int slot = slot();
                yield wanting(new Step.Complete(slot), new Step.Await(slot));
            }
            case 9 -> {
                int slot = slot();
                yield wanting(new Step.Complete(slot), new Step.Race(slot, between(1, roots - 1)));
            }
            case 10, 11 -> {
                int queue = queue();
                yield wanting(new Step.TryGet(queue), new Step.Put(queue));
            }
            case 12, 13 -> {
                int queue = queue();
                yield wanting(new Step.TryPut(queue), new Step.Get(queue));
            }
            case 14, 15 -> {
                int semaphore = semaphore();
                yield wanting(new Step.Release(semaphore), new Step.Acquire(semaphore));
            }
            case 16, 17 -> {
                int event = event();
                yield wanting(new Step.SetEvent(event), new Step.AwaitEvent(event));
            }
            case 18 -> {
                int condition = condition();
                yield wanting(new Step.Signal(condition), new Step.AwaitSignal(condition));
            }
            default -> random.nextInt(3) == 0 ? new Step.Patient() : new Step.Yield();
        };
    }

    private Step wanting(Step deed, Step wait) {
        wanted.add(deed);
        return wait;
    }

    /// Not of main, which waits for the others in the end; nor of itself, which is an error of another kind. Unless
    /// things are tangled, of one that is started later.
    private Step join() {
        var others = IntStream.range(1, roots)
                .filter(other -> tangled ? other != root || inScope : other > root)
                .boxed()
                .toList();
        if (others.isEmpty()) return new Step.Yield();
        var one = others.get(random.nextInt(others.size()));
        var another = others.get(random.nextInt(others.size()));
        return random.nextInt(4) == 0 ? new Step.JoinAll(List.of(one, another)) : new Step.Join(one);
    }

    private int slot() {
        return random.nextInt(slots);
    }

    private int queue() {
        return random.nextInt(queues.size());
    }

    private int semaphore() {
        return random.nextInt(semaphores.size());
    }

    private int event() {
        return random.nextInt(events);
    }

    private int condition() {
        return random.nextInt(conditions);
    }

    private int between(int least, int most) {
        return random.nextInt(least, most + 1);
    }

    private <T> List<T> several(int least, int most, Supplier<? extends T> one) {
        return new ArrayList<>(
                Stream.<T>generate(one).limit(between(least, most)).toList());
    }
}
