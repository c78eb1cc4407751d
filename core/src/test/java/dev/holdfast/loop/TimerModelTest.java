package dev.holdfast.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Random timers set others, cancel others and stop counting, in few moments so that many fall together. A sorted list
/// foretells which of them fire, when, and in which order: by moment, those of one moment as they were set, in batches
/// of what is due; and that the loop ends when no timer is left that counts (rules 2 and 3).
class TimerModelTest {
    private static final int MOST = 60; // timers

    @Test
    void timersFireAsASortedListForetells() { // rules 2, 3
        play(300);
    }

    @Test
    @Tag("long")
    void timersFireAsASortedListForetellsOverAndOver() { // rules 2, 3
        play(30_000);
    }

    private static void play(int rounds) {
        long first = new Random().nextLong();
        for (long seed = first; seed < first + rounds; seed++) {
            var plans = plans(new Random(seed));
            assertThat(new OnLoop(plans).fired()).as("seed %d", seed).isEqualTo(new Foretold(plans).fired());
        }
    }

    /// What a timer is, and does when it fires.
    ///
    /// @param delay when it is set; negative is due at once
    /// @param counts whether the loop waits for it
    /// @param sets how many timers, the next ones that nobody has set
    /// @param cancels the number of another, which may have fired, or not be set yet
    private record Plan(int delay, boolean counts, int sets, int cancels) {}

    private static List<Plan> plans(RandomGenerator random) {
        var plans = new ArrayList<Plan>();
        for (int i = 0; i < MOST; i++) {
            plans.add(new Plan(
                    random.nextInt(8) - 1, random.nextInt(4) > 0, random.nextInt(3), random.nextInt(3 * MOST)));
        }
        return plans;
    }

    /// The same on both: timers go by numbers, in the order in which they are set.
    private abstract static class World {
        final List<Plan> plans;
        final List<String> story = new ArrayList<>();
        long now;
        int made;

        World(List<Plan> plans) {
            this.plans = plans;
        }

        abstract void make(int number, Plan plan);

        abstract void cancel(int number);

        abstract void run();

        List<String> fired() {
            set(10);
            run();
            story.add("end@" + now);
            return story;
        }

        final void set(int howMany) {
            for (int n = howMany; n > 0 && made < plans.size(); n--) make(made, plans.get(made++));
        }

        final void fire(int number) {
            story.add(number + "@" + now);
            var plan = plans.get(number);
            if (plan.cancels < made) cancel(plan.cancels);
            set(plan.sets);
        }
    }

    private static final class OnLoop extends World {
        private final List<Timer> timers = new ArrayList<>();
        private final IOLoop loop = IOLoop.open("main", () -> now, new Poller() {
            @Override
            public void poll(long nanos) {
                now += nanos;
            }

            @Override
            public void wakeup() {}
        });

        OnLoop(List<Plan> plans) {
            super(plans);
        }

        @Override
        void make(int number, Plan plan) {
            var timer = loop.callAt(now + plan.delay, () -> fire(number));
            timers.add(plan.counts ? timer : timer.unref());
        }

        @Override
        void cancel(int number) {
            timers.get(number).cancel();
        }

        @Override
        void run() {
            try (loop) {
                loop.run();
            }
        }
    }

    private static final class Foretold extends World {
        private record Entry(int number, long moment) {}

        private final List<Entry> waiting = new ArrayList<>();
        private final List<Entry> due = new ArrayList<>();

        Foretold(List<Plan> plans) {
            super(plans);
        }

        @Override
        void make(int number, Plan plan) {
            waiting.add(new Entry(number, now + plan.delay));
        }

        @Override
        void cancel(int number) {
            waiting.removeIf(entry -> entry.number == number);
            due.removeIf(entry -> entry.number == number);
        }

        @Override
        void run() {
            while (waiting.stream().anyMatch(entry -> plans.get(entry.number).counts)) {
                waiting.sort(Comparator.comparingLong(Entry::moment).thenComparingInt(Entry::number));
                now = Math.max(now, waiting.getFirst().moment);
                while (!waiting.isEmpty() && waiting.getFirst().moment <= now) due.add(waiting.removeFirst());
                while (!due.isEmpty()) fire(due.removeFirst().number);
            }
        }
    }
}
