package dev.holdfast.echo;

import static dev.holdfast.echo.Contender.HOLDFAST;
import static dev.holdfast.echo.Contender.HOLDFAST_ONCE_MORE;
import static dev.holdfast.echo.Contender.NETTY;
import static dev.holdfast.echo.Contender.VIRTUAL_THREADS;
import static dev.holdfast.echo.Contender.VIRTUAL_THREADS_ONCE_MORE;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/// What was seen, in Markdown: what is demanded first, then everything.
final class Table {
    private static final double MICROS = 1e3; // nanoseconds
    private static final double MEGA = 1e6; // bytes
    private static final double MOST_IDLE = 6 * 1024; // bytes of heap

    private final Figures figures;
    private final Cell idle;

    /// Of `figures`.
    ///
    /// @param idle the cell of connections that do nothing
    Table(Figures figures, Cell idle) {
        this.figures = figures;
        this.idle = idle;
    }

    String text() {
        var lines = new ArrayList<String>();
        lines.add("| demanded of Holdfast | median | 10 % – 90 % | gate | |");
        lines.add("|---|---|---|---|---|");
        for (var gate : gates()) lines.add(gate.line());
        lines.add("");
        lines.add("| what | server | requests/s | 10 % – 90 % | to raw Netty | p50 µs | p99 µs | p99.9 µs "
                + "| server CPU, µs each | load CPU, µs each | load busy |");
        lines.add("|---|---|---|---|---|---|---|---|---|---|---|");
        for (var cell : Cell.all(idle))
            if (cell != idle && cell.work() != Cell.Work.TLS)
                for (var contender : Contender.all(cell)) addLine(lines, cell, contender);
        lines.add("");
        lines.add("| what | server | MB/s | 10 % – 90 % | server CPU, µs for each MB | to raw Netty "
                + "| load CPU, µs for each MB | load busy |");
        lines.add("|---|---|---|---|---|---|---|---|");
        for (var cell : Cell.tls()) for (var contender : Contender.all(cell)) addTls(lines, cell, contender);
        lines.add("");
        lines.add("| what | server | bytes of heap each |");
        lines.add("|---|---|---|");
        for (var contender : Contender.all(idle)) addBytes(lines, contender);
        return String.join("\n", lines) + "\n";
    }

    List<Gate> gates() {
        var gates = new ArrayList<Gate>();
        for (var cell : Cell.gated(Cell.Work.ECHO)) {
            gates.add(Gate.atLeast(0.90, cell + ": requests/s, to raw Netty", rates(cell, HOLDFAST, NETTY)));
            gates.add(Gate.atMost(
                    1.30, cell + ": p99, to raw Netty", figures.ratios(cell, HOLDFAST, NETTY, Sample::p99)));
            gates.add(Gate.atLeast(
                    1.00, cell + ": requests/s, to virtual threads", rates(cell, HOLDFAST, VIRTUAL_THREADS)));
        }
        for (var cell : Cell.gated(Cell.Work.ONCE_MORE))
            gates.add(Gate.atLeast(
                    1.20,
                    cell + ": requests/s, to virtual threads",
                    rates(cell, HOLDFAST_ONCE_MORE, VIRTUAL_THREADS_ONCE_MORE)));
        gates.add(Gate.atMostBytes(MOST_IDLE, idle + ": heap each", figures.bytesOf(idle, HOLDFAST)));
        for (var cell : Cell.gated(Cell.Work.ECHO)) gates.add(loadIsCheap(cell));
        return gates;
    }

    /// The load has to cost less for each request than the server that takes least, or it would be what is measured.
    private Gate loadIsCheap(Cell cell) {
        var cheapest = NETTY;
        for (var contender : Contender.of(cell)) if (cost(cell, contender) < cost(cell, cheapest)) cheapest = contender;
        var ratios = Figures.ratios(
                figures.of(cell, cheapest, Sample::loadEach), figures.of(cell, cheapest, Sample::serverEach));
        return Gate.atMost(1.00, cell + ": CPU of the load, to that of " + cheapest.title, ratios);
    }

    private double cost(Cell cell, Contender contender) {
        var costs = figures.of(cell, contender, Sample::serverEach);
        return costs.isEmpty() ? Double.MAX_VALUE : Quantile.median(costs);
    }

    private List<Double> rates(Cell cell, Contender one, Contender other) {
        return figures.ratios(cell, one, other, Sample::rate);
    }

    private void addLine(List<String> lines, Cell cell, Contender contender) {
        var rates = figures.of(cell, contender, Sample::rate);
        if (rates.isEmpty()) {
            lines.add("| " + cell + " | " + contender.title + " | NOT RUN |  |  |  |  |  |  |  |  |");
            return;
        }
        var toNetty = rates(cell, contender, NETTY);
        lines.add(String.join(
                " | ",
                "| " + cell,
                contender.title,
                whole(Quantile.median(rates)),
                whole(Quantile.of(0.1, rates)) + " – " + whole(Quantile.of(0.9, rates)),
                toNetty.isEmpty() || contender == NETTY ? "" : text("%.2f", Quantile.median(toNetty)),
                micros(cell, contender, Sample::p50),
                micros(cell, contender, Sample::p99),
                micros(cell, contender, Sample::p999),
                micros(cell, contender, Sample::serverEach),
                micros(cell, contender, Sample::loadEach),
                text("%.0f %% |", 100 * median(cell, contender, Sample::loadBusy))));
    }

    /// By TLS the load does as much as the server, and may be what limits the rate. So servers are compared by what
    /// each megabyte costs them.
    private void addTls(List<String> lines, Cell cell, Contender contender) {
        var rates = figures.of(cell, contender, cell::megabytes);
        if (rates.isEmpty()) {
            lines.add("| " + cell + " | " + contender.title + " | NOT RUN |  |  |  |  |  |");
            return;
        }
        var netty = contender.netty();
        var toNetty = figures.ratios(cell, contender, netty, Sample::serverEach);
        double each = cell.bytes() / MEGA;
        lines.add(String.join(
                " | ",
                "| " + cell,
                contender.title,
                whole(Quantile.median(rates)),
                whole(Quantile.of(0.1, rates)) + " – " + whole(Quantile.of(0.9, rates)),
                whole(median(cell, contender, Sample::serverEach) / MICROS / each),
                toNetty.isEmpty() || contender == netty ? "" : text("%.2f", Quantile.median(toNetty)),
                whole(median(cell, contender, Sample::loadEach) / MICROS / each),
                text("%.0f %% |", 100 * median(cell, contender, Sample::loadBusy))));
    }

    private void addBytes(List<String> lines, Contender contender) {
        if (!contender.hasHeap()) return;
        var bytes = figures.bytesOf(idle, contender);
        lines.add("| " + idle + " | " + contender.title + " | "
                + (bytes.isEmpty() ? "NOT RUN" : whole(Quantile.median(bytes))) + " |");
    }

    private String micros(Cell cell, Contender contender, ToDoubleFunction<Sample> nanos) {
        double micros = median(cell, contender, nanos) / MICROS;
        return text(micros < 100 ? "%.1f" : "%,.0f", micros);
    }

    private double median(Cell cell, Contender contender, ToDoubleFunction<Sample> what) {
        return Quantile.median(figures.of(cell, contender, what));
    }

    private static String whole(double value) {
        return text("%,.0f", value);
    }

    private static String text(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }
}
