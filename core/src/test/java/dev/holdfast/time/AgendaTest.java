package dev.holdfast.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AgendaTest {
    private final Agenda<Entry> agenda = new Agenda<>();

    private static final class Entry extends Due {
        private final String name;

        Entry(String name, long moment) {
            super(moment);
            this.name = name;
        }

        @Override
        public String toString() {
            return name + "@" + moment();
        }
    }

    private Entry add(String name, long moment) {
        var entry = new Entry(name, moment);
        agenda.add(entry);
        return entry;
    }

    private String namesDue(long now) {
        var names = new StringBuilder();
        for (Entry due; (due = agenda.removeDue(now)) != null; ) names.append(due.name);
        return names.toString();
    }

    @Test
    void anEmptyAgendaHasNothingDueEver() {
        assertThat(agenda.isEmpty()).isTrue();
        assertThat(agenda.isDue(Long.MAX_VALUE)).isFalse();
        assertThat(agenda.removeDue(Long.MAX_VALUE)).isNull();
        assertThat(agenda.nanosUntilNext(0)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void theSoonestComesFirst() {
        add("c", 3);
        add("a", 1);
        add("b", 2);
        assertThat(namesDue(3)).isEqualTo("abc");
    }

    @Test
    void equalMomentsKeepTheOrderInWhichTheyWereAdded() { // rule 2, fix: a plain heap mixes them up
        var expected = new StringBuilder();
        for (char name = 'a'; name <= 'z'; name++) {
            add(String.valueOf(name), 7);
            expected.append(name);
        }
        assertThat(namesDue(7)).isEqualTo(expected.toString());
    }

    @Test
    void whatIsNotDueStays() {
        add("a", 1);
        add("b", 5);
        assertThat(agenda.isDue(0)).isFalse();
        assertThat(namesDue(0)).isEmpty();
        assertThat(agenda.nanosUntilNext(0)).isEqualTo(1);
        assertThat(agenda.isDue(1)).isTrue();
        assertThat(namesDue(4)).isEqualTo("a");
        assertThat(agenda.nanosUntilNext(4)).isEqualTo(1);
        assertThat(agenda.nanosUntilNext(9)).isZero();
        assertThat(agenda.size()).isEqualTo(1);
    }

    @Test
    void whatWasTakenOutIsNoLongerListedAndMayBeAddedAgain() {
        var a = add("a", 1);
        assertThat(a.isListed()).isTrue();
        assertThat(agenda.remove(a)).isTrue();
        assertThat(a.isListed()).isFalse();
        assertThat(agenda.remove(a)).isFalse();
        agenda.add(a);
        assertThat(namesDue(1)).isEqualTo("a");
        assertThat(a.isListed()).isFalse();
    }

    @Test
    void nothingStandsInAnAgendaTwice() {
        var a = add("a", 1);
        assertThatThrownBy(() -> agenda.add(a))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("already in an agenda: a@1");
    }

    @Test
    void whatStandsInAnotherAgendaIsNotTakenOut() {
        var a = add("a", 1);
        var other = new Agenda<Entry>();
        other.add(new Entry("b", 1));
        assertThat(other.remove(a)).isFalse();
        assertThat(new Agenda<Entry>().remove(a)).isFalse();
        assertThat(a.isListed()).isTrue();
        assertThat(other.size()).isEqualTo(1);
    }

    @Test
    void whereverItStandsInAnotherAgendaItIsNotTakenOut() { // also where this one's room ends
        var strangers = new ArrayList<Entry>();
        for (int i = 0; i < 100; i++) strangers.add(add("stranger", i));
        var other = new Agenda<Entry>();
        for (int size = 0; size < strangers.size(); size++) {
            for (var stranger : strangers) assertThat(other.remove(stranger)).isFalse();
            other.add(new Entry("own", 0));
        }
        assertThat(agenda.size()).isEqualTo(strangers.size());
    }

    @Test
    void afterClearingNothingIsListed() {
        var a = add("a", 1);
        agenda.clear();
        assertThat(agenda.isEmpty()).isTrue();
        assertThat(agenda.isDue(1)).isFalse();
        assertThat(a.isListed()).isFalse();
        agenda.add(a);
        assertThat(namesDue(1)).isEqualTo("a");
    }

    @Test
    void aClockThatOverflowsChangesNothing() { // System.nanoTime may
        long now = Long.MAX_VALUE - 1;
        add("c", now + 4);
        add("b", now + 3); // negative
        add("a", now + 1);
        assertThat(agenda.isDue(now)).isFalse();
        assertThat(agenda.nanosUntilNext(now)).isEqualTo(1);
        assertThat(namesDue(now + 3)).isEqualTo("ab");
        assertThat(namesDue(now + 4)).isEqualTo("c");
    }

    @Test
    void anyMixOfAddingAndRemovingAgreesWithASortedList() {
        long seed = System.nanoTime();
        var random = new Random(seed);
        for (int round = 0; round < 20; round++) agreesWithASortedList(random, seed, 1 + random.nextInt(200));
    }

    private void agreesWithASortedList(Random random, long seed, int moments) {
        var model = new ArrayList<Entry>(); // in the order of adding; so a stable search finds the right one of equals
        for (int step = 0; step < 2_000; step++) {
            switch (random.nextInt(5)) {
                case 0, 1, 2 -> model.add(add("entry " + step, random.nextInt(moments)));
                case 3 -> {
                    if (model.isEmpty()) break;
                    var entry = model.remove(random.nextInt(model.size()));
                    assertThat(agenda.remove(entry)).as("seed %d", seed).isTrue();
                }
                default -> {
                    long now = random.nextInt(moments);
                    var soonest = model.stream()
                            .filter(entry -> entry.moment() <= now)
                            .min(Comparator.comparingLong(Due::moment));
                    assertThat(agenda.removeDue(now)).as("seed %d", seed).isSameAs(soonest.orElse(null));
                    soonest.ifPresent(model::remove);
                }
            }
            assertThat(agenda.size()).as("seed %d", seed).isEqualTo(model.size());
        }
        while (!model.isEmpty()) {
            var soonest =
                    model.stream().min(Comparator.comparingLong(Due::moment)).orElseThrow();
            assertThat(agenda.removeDue(moments)).as("seed %d", seed).isSameAs(soonest);
            model.remove(soonest);
        }
        assertThat(agenda.isEmpty()).isTrue();
    }

    /// **fix** A heap that moves as it compares is torn by a stack that overflows between two moves.
    @Test
    void aStackThatOverflowsInTheMidstOfItLeavesItWhole() throws InterruptedException {
        var entries = new ArrayList<Entry>();
        for (int i = 0; i < 40_000; i++) entries.add(new Entry("", i * 7919 % 40_000)); // in no order
        var deep = new Thread(null, () -> atEveryDepth(entries.iterator()), "deep", 256 << 10);
        deep.start();
        deep.join();
        long left = entries.stream().filter(Due::isListed).count();
        assertThat(agenda.size()).isEqualTo(left);
        for (long last = -1, moment; (moment = next()) >= 0; last = moment, left--) {
            assertThat(moment).isGreaterThan(last);
        }
        assertThat(left).isZero();
    }

    /// Falls as deep as it goes, and on the way back puts some in and takes some out.
    @SuppressWarnings("InfiniteRecursion") // until the stack overflows
    private void atEveryDepth(Iterator<Entry> entries) {
        try {
            atEveryDepth(entries);
        } catch (StackOverflowError e) {
            // The bottom.
        }
        try {
            var one = entries.next();
            agenda.add(one);
            agenda.add(entries.next());
            agenda.remove(one);
        } catch (StackOverflowError | NoSuchElementException e) {
            // As far as it came.
        }
    }

    private long next() {
        var next = agenda.removeDue(Long.MAX_VALUE);
        return next == null ? -1 : next.moment();
    }

    @Test
    void aMillionSetAndCancelledLeaveNothingBehind() { // rule 3: naively they stay until they are due
        var first = new WeakReference<>(add("first", 1));
        var entries = new ArrayList<Entry>();
        for (int i = 0; i < 1_000_000; i++) entries.add(add("", i));
        agenda.remove(first.get());
        assertThat(agenda.capacity()).isGreaterThanOrEqualTo(agenda.size());
        for (var entry : entries) assertThat(agenda.remove(entry)).isTrue();
        assertThat(agenda.isEmpty()).isTrue();
        assertThat(agenda.capacity()).isEqualTo(new Agenda<Entry>().capacity());
        entries.clear();
        for (int i = 0; i < 100 && first.get() != null; i++) System.gc();
        assertThat(first.get()).isNull();
    }

    @Test
    void whatStandsInItCanBeSeenSoonestFirst() {
        assertThat(agenda.snapshot()).isEmpty();
        var random = new Random(3);
        for (int i = 0; i < 100; i++) add("entry" + i, random.nextInt(20));
        var seen = agenda.snapshot();
        for (var entry : seen) assertThat(agenda.removeDue(20)).isSameAs(entry);
        assertThat(seen).hasSize(100);
    }
}
