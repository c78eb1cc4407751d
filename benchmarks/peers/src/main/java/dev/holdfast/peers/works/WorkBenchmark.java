package dev.holdfast.peers.works;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/// One work on one peer, for JMH. [OnJvm] says which, and how often.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class WorkBenchmark {
    /// The name of the class of [Works].
    @Param("")
    public String peer = "";

    /// The name of the [Work].
    @Param("")
    public String work = "";

    private @Nullable Works works;

    /// For JMH.
    public WorkBenchmark() {}

    /// Makes the peer.
    @Setup
    public void open() throws ReflectiveOperationException {
        works = OnJvm.make(peer);
    }

    /// Does the work once.
    @Benchmark
    public void play() throws Exception {
        var works = this.works;
        if (works == null) throw new IllegalStateException(peer + " was not made");
        var work = Work.valueOf(this.work);
        work.play(works, work.n);
    }

    /// Ends the peer.
    @TearDown
    public void close() {
        if (works != null) works.close();
    }
}
