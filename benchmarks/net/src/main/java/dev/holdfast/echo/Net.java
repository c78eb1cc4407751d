package dev.holdfast.echo;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;

/// Asks every echo server everything, in rounds, and prints the table. `Net FOLDER [quick] [filter]`, where the filter
/// is a pattern of cells; the figures go to `FOLDER/net.json`.
///
/// In each round every server gets a process of its own and is warmed up; then they are asked cell by cell, one after
/// the other, so that a slow minute of the machine is shared by all. Who begins changes from round to round.
final class Net {
    private static final int SPARE_FILES = 200; // for everything but connections
    private static final int IDLE_TIMES = 3;
    private static final Cell FEW = new Cell(Cell.Work.ECHO, 64, 1);
    private static final Duration MOMENT = Duration.ofMillis(300);

    private final Pace pace;
    private final Cell idle;
    private final List<Cell> cells; // that are wanted
    private final Figures figures = new Figures();

    private Net(Pace pace, Pattern wanted) {
        this.pace = pace;
        this.idle = new Cell(Cell.Work.IDLE, 64, mostConnections(pace.idle()));
        this.cells = Cell.all(idle).stream()
                .filter(cell -> wanted.matcher(cell.toString()).find())
                .toList();
    }

    public static void main(String... args) throws IOException {
        var folder = Files.createDirectories(Path.of(args[0]));
        var wishes = new ArrayDeque<>(List.of(args).subList(1, args.length));
        var pace = "quick".equals(wishes.peek()) ? Pace.QUICK : Pace.FULL;
        if (pace == Pace.QUICK) wishes.remove();
        var net = new Net(pace, Pattern.compile(wishes.isEmpty() ? "" : wishes.remove()));
        try {
            net.run();
        } finally { // of a run that failed too
            net.figures.write(folder.resolve("net.json"));
            System.out.print(new Table(net.figures, net.idle).text());
        }
        for (var contender : Contender.values())
            if (!contender.isHere()) System.out.println("NOT RUN: " + contender.title + " is not installed");
    }

    private void run() throws IOException {
        for (int round = 1; round <= pace.rounds(); round++) {
            System.err.println("round " + round + " of " + pace.rounds());
            round(round);
        }
        if (!cells.contains(idle)) return;
        for (var contender : Contender.of(idle)) if (contender.hasHeap()) idle(contender);
    }

    /// {@return so many, or as many as this process may have}
    private static int mostConnections(int wanted) {
        if (!(ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system)) return wanted;
        return (int) Math.min(wanted, system.getMaxFileDescriptorCount() - SPARE_FILES);
    }

    private void round(int round) throws IOException {
        var servers = new ArrayList<Server>();
        try {
            for (var contender : Contender.values())
                if (cells.stream()
                        .anyMatch(cell -> cell != idle && Contender.of(cell).contains(contender)))
                    servers.add(new Server(contender));
            for (var server : servers) warmUp(server);
            Collections.rotate(servers, round);
            for (var cell : cells) if (cell != idle) measure(cell, servers);
        } finally {
            for (var server : servers) server.close();
        }
    }

    private void warmUp(Server server) throws IOException {
        var cells = server.contender().speaksTls() ? Cell.tls() : Cell.warmUp();
        for (var cell : cells) {
            try (var load = new Load(server.port(), cell)) {
                load.warm(pace.warmUp().dividedBy(cells.size()));
            }
        }
    }

    private void measure(Cell cell, List<Server> servers) throws IOException {
        for (var server : servers) {
            if (!Contender.of(cell).contains(server.contender())) continue;
            try (var load = new Load(server.port(), cell)) {
                load.warm(pace.lead());
                figures.add(cell, server.contender(), load.measure(pace.of(cell), server::cpu));
            } catch (IOException | UncheckedIOException e) {
                throw new IOException(server + " failed at " + cell, e);
            }
        }
    }

    /// Measures the heap of idle connections. The first time nobody counts: what is interpreted is larger.
    private void idle(Contender contender) throws IOException {
        try (var server = new Server(contender)) {
            warmUp(server);
            for (int time = 0; time <= IDLE_TIMES; time++) {
                settle(server);
                long before = server.heap();
                try (var _ = new Load(server.port(), idle)) {
                    double each = (double) (server.heap() - before) / idle.connections();
                    if (time > 0) figures.addBytes(idle, contender, each);
                }
            }
        }
    }

    /// Lets the server see that connections have ended.
    private static void settle(Server server) throws IOException {
        try (var load = new Load(server.port(), FEW)) {
            load.warm(MOMENT);
        }
    }
}
