package dev.holdfast.peers.works;

import dev.holdfast.benchmarks.Figures;
import java.nio.file.Path;

/// How many bytes of heap a parked coroutine holds, with all that hangs on it: what full collections leave with many of
/// them parked, less what they leave without. `Parked PEER NAME WARMUPS ROUNDS FILE.json`, the peer by the name of its
/// class, its figures under `NAME`.
final class Parked {
    private static final int COLLECTIONS = 2; // some of what a collection frees is only found by the next

    private Parked() {}

    public static void main(String... args) throws Exception {
        var figures = new Figures();
        for (int i = Integer.parseInt(args[2]); i > 0; i--) measure(args[0]); // what is interpreted has larger frames
        for (int i = Integer.parseInt(args[3]); i > 0; i--) figures.add(args[1], measure(args[0]));
        figures.write(Path.of(args[4]));
    }

    /// On a peer that is new each time: tables that have grown once would not be counted again.
    private static double measure(String peer) throws Exception {
        int n = Work.PARKED.n;
        try (var works = OnJvm.make(peer)) {
            long before = used();
            var gate = works.park(n);
            long after = used();
            gate.open();
            return (double) (after - before) / n;
        }
    }

    private static long used() {
        for (int i = 0; i < COLLECTIONS; i++) System.gc();
        var runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
