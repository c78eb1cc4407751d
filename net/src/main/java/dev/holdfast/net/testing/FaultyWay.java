package dev.holdfast.net.testing;

import dev.holdfast.net.stream.ByteQueue;
import dev.holdfast.testing.FaultyExternal;
import java.time.Duration;

/// One of the two ways of a connection over a [FaultyNetwork]: takes what one end sends, piece by piece, and
/// brings it to the other; or does not, and then for good.
final class FaultyWay {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final FaultyNetwork network;
    private final FaultyStream from;
    private final FaultyStream to;
    private final int capacity;
    private final int rate; // bytes per second
    private final FaultyExternal door;
    private long underway; // bytes that were sent and have not come; if this is silent they never do
    private boolean endSent;
    private boolean silent;

    FaultyWay(FaultyNetwork network, FaultyStream from, FaultyStream to, int capacity, int rate) {
        this.network = network;
        this.from = from;
        this.to = to;
        this.capacity = capacity;
        this.rate = rate;
        this.door = FaultyExternal.open(from + " to " + to);
    }

    /// Sends what there is to send, as far as there is room.
    void carry() {
        var bytes = from.out().waiting();
        for (int most; (most = roomFor(bytes.size())) > 0; ) {
            var piece = new ByteQueue();
            bytes.moveTo(piece, network.pieceOf(most));
            underway += piece.size();
            send(timeFor(piece), () -> arrive(piece));
        }
        if (bytes.isEmpty() && from.out().hasEnded()) sendEnd();
        from.out().handedOn(false);
    }

    /// Returns how many of `waiting` bytes may be sent. None if it is so few that others would have to follow
    /// each by itself: else pieces would become smaller and smaller ("silly windows", D. Clark, RFC 813, 1982).
    private int roomFor(long waiting) {
        if (isSlow() && underway > 0) return 0;
        long room = capacity - underway - to.unread();
        if (room < Math.min(waiting, (capacity + 1) / 2)) return 0;
        return (int) Math.min(Math.min(room, rate), waiting);
    }

    private boolean isSlow() {
        return rate < Integer.MAX_VALUE;
    }

    /// Returns the most that `piece` may take; on average it is half of that.
    private Duration timeFor(ByteQueue piece) {
        if (!isSlow()) return network.longest();
        return network.longest().plusNanos(2 * piece.size() * SECOND / rate);
    }

    private void sendEnd() {
        if (endSent || from.hasFailed()) return;
        endSent = true;
        send(network.longest(), to::hearEnd);
    }

    private void send(Duration longest, Runnable arrival) {
        if (!silent) silent = network.fallsSilent();
        if (!silent) door.delay(longest).execute(() -> arriveOrReset(arrival));
    }

    private void arriveOrReset(Runnable arrival) {
        if (to.hasFailed()) return;
        if (network.breaks()) to.fail();
        else arrival.run();
    }

    /// Tells the other end that the connection was reset.
    void reset() {
        if (!silent) door.delay(network.longest()).execute(to::hearReset);
    }

    private void arrive(ByteQueue piece) {
        underway -= piece.size();
        to.hear(piece);
        carry();
    }
}
