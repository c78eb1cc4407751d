package dev.holdfast.task;

import dev.holdfast.loop.IOLoop;
import dev.holdfast.loop.LoopLocal;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Loops that call each other, and nobody else calls them: a [LoopGroup], the loop that opened it, and the groups
/// that these opened in their turn. One that is quiet may still be woken by another; nobody on any of them can be
/// when all are quiet at the same time, and only then they are judged, together.
///
/// All of it happens under one lock, a call too: who calls a loop takes it off the list of the quiet first, and a
/// loop enters its name only if no call has come in meanwhile. So no call is ever on its way when all names stand
/// there. A loop that wakes waits for a judgement that is under way: nobody who is looked at moves. For the lock it
/// spins: a poller that parked would have its loop go on without it.
public final class Family {
    private static final LoopLocal<Place> PLACE = LoopLocal.withInitial(_ -> new Place());

    private final ReentrantLock lock = new ReentrantLock();
    private final Set<IOLoop> members = new HashSet<>();
    private final Set<IOLoop> quiet = new HashSet<>();

    private Family() {}

    /// What a loop knows of its family.
    private static final class Place {
        private @Nullable Family family;
    }

    /// {@return the family of `loop`, or null if it has none}
    ///
    /// @param loop on which this is called, or which does not run
    public static @Nullable Family of(IOLoop loop) {
        return PLACE.get(loop).family;
    }

    /// Returns the family of `founder`, which has one from now on.
    static Family foundedBy(IOLoop founder) {
        var family = of(founder);
        if (family != null) return family;
        family = new Family();
        family.adopt(founder);
        return family;
    }

    /// Adds a loop that does not run yet, or is the current one.
    void adopt(IOLoop loop) {
        PLACE.get(loop).family = this;
        acquire();
        try {
            members.add(loop);
        } finally {
            lock.unlock();
        }
    }

    /// Brings something to a member, which may be quiet.
    ///
    /// @param member where it goes
    /// @param bring returns whether it was taken in
    /// @return what `bring` returned
    public boolean send(IOLoop member, BooleanSupplier bring) {
        acquire();
        try {
            boolean wasQuiet = quiet.remove(member);
            boolean taken = bring.getAsBoolean();
            if (wasQuiet && !taken) quiet.add(member);
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /// On `member`: only another loop of the family can wake it now.
    ///
    /// @param member which has nothing to do
    /// @param verdict told all members, if none of them has; as long as it runs none wakes
    public void fallQuiet(IOLoop member, Consumer<List<IOLoop>> verdict) {
        acquire();
        try {
            if (!member.isQuiescent()) return;
            quiet.add(member);
            if (quiet.size() == members.size()) verdict.accept(List.copyOf(members));
        } finally {
            lock.unlock();
        }
    }

    /// `member` has something to do, or will have: by what the verdict does, say.
    ///
    /// @param member which runs this, or is judged
    public void wake(IOLoop member) {
        acquire();
        try {
            quiet.remove(member);
        } finally {
            lock.unlock();
        }
    }

    /// `member` is at its end. The others look again whether that leaves anybody to wait for.
    ///
    /// @param member which runs this
    public void leave(IOLoop member) {
        acquire();
        try {
            members.remove(member);
            quiet.remove(member);
            for (var other : List.copyOf(quiet))
                if (send(other, () -> other.carrier().bring(() -> {}))) return;
        } finally {
            lock.unlock();
        }
    }

    private void acquire() {
        while (!lock.tryLock()) Thread.onSpinWait();
    }
}
