package dev.holdfast.lifetime.random;

import dev.holdfast.lifetime.random.Outcome.End;
import dev.holdfast.testing.Logged;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Plays one program after the other: those that are not too simple, and whose end is not left to chance.
final class Season {
    private static final int LEAST_CONSTRUCTS = 5;
    private static final int LEAST_DEPTH = 3;
    private static final int LONGEST = 30; // seconds until a program is taken to hang: it needs milliseconds
    private static final Pattern STRUCK = Pattern.compile("Deadlock: nothing can wake Task\\[([\\w.]+)] any more");
    private static final Pattern USUAL = Pattern.compile("LostTask: .*|.* failed and nobody looked", Pattern.DOTALL);

    private final Logged log;
    private final Tally tally = new Tally();
    private long seed; // of the next program

    /// @param seed of its first program
    Season(long seed, Logged log) {
        this.seed = seed;
        this.log = log;
    }

    Tally tally() {
        return tally;
    }

    /// Plays the next program.
    Performance next() throws InterruptedException {
        while (true) {
            var script = Author.write(seed++);
            if (Construct.in(script).size() < LEAST_CONSTRUCTS || script.depth() < LEAST_DEPTH) {
                tally.tooSimple();
                continue;
            }
            var foretold = Oracle.ask(script);
            if (foretold == null) {
                tally.leftToChance();
                continue;
            }
            tally.add(script, foretold);
            return play(script, foretold);
        }
    }

    /// Returns whether the oracle only overlooked a rare chance.
    boolean isChance(Performance performance) {
        if (performance.trouble() != null || !Oracle.isPossible(performance.script(), performance.seen())) return false;
        tally.overlooked();
        return true;
    }

    private Performance play(Script script, Outcome foretold) throws InterruptedException {
        Map<String, End> ends = Map.of();
        String trouble = null;
        var stage = new FutureTask<>(() -> Stage.play(script));
        Thread.ofPlatform().name("program " + script.seed()).daemon().start(stage);
        try {
            ends = stage.get(LONGEST, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            trouble = "did not end within " + LONGEST + " s";
        } catch (ExecutionException e) {
            trouble = e.getCause().toString();
        }
        var struck = new ArrayList<String>();
        var surprising = whatWasLogged(struck);
        if (surprising != null) trouble = surprising;
        return new Performance(script, foretold, new Outcome(ends, struck), trouble);
    }

    /// Notes who met a verdict; returns a line that is none, if there is one, nor one of those that come with them.
    private @Nullable String whatWasLogged(List<String> struck) {
        String surprising = null;
        for (var record : log.take()) {
            var line = record.getMessage();
            var verdict = STRUCK.matcher(line);
            if (verdict.lookingAt()) struck.add(verdict.group(1));
            else if (!USUAL.matcher(line).matches()) surprising = "logged: " + line + " " + record.getThrown();
        }
        return surprising;
    }

    /// For `scripts/faults`: plays programs, at most as many as `args` says, until one gets a false report or misses
    /// one. Prints after how many programs, which it was, of whom, and its seed.
    public static void main(String[] args) throws InterruptedException {
        var season = new Season(0, new Logged());
        int most = Integer.parseInt(args[0]);
        for (int played = 1; played <= most; played++) {
            var performance = season.next();
            var alarmed = performance.falselyReported();
            var missed = performance.missed();
            if (alarmed.isEmpty() && missed.isEmpty()) continue;
            if (season.isChance(performance)) continue;
            var what = alarmed.isEmpty() ? "missed: " + missed.getFirst() : "false: " + alarmed.getFirst();
            System.out.printf("%d\t%s\t%d%n", played, what, performance.script().seed());
            System.exit(0); // whoever hangs must not keep us
        }
        System.exit(1);
    }
}
