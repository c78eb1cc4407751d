package dev.holdfast.echo;

import static dev.holdfast.echo.Contender.HOLDFAST;
import static dev.holdfast.echo.Contender.HOLDFAST_OPENSSL;
import static dev.holdfast.echo.Contender.HOLDFAST_TLS;
import static dev.holdfast.echo.Contender.NETTY;
import static dev.holdfast.echo.Contender.NETTY_OPENSSL;
import static dev.holdfast.echo.Contender.NETTY_TLS;
import static dev.holdfast.echo.Contender.VIRTUAL_THREADS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TableTest {
    private static final Cell IDLE = new Cell(Cell.Work.IDLE, 64, 10_000);
    private static final Cell GATED = new Cell(Cell.Work.ECHO, 64, 64);
    private static final long SECOND = 1_000_000_000;

    private final Figures figures = new Figures();

    private void add(Contender contender, int requests, int p99) {
        figures.add(GATED, contender, new Sample(requests, 2 * SECOND, 500, p99, 2 * p99, SECOND, SECOND / 2));
    }

    @Test
    void whatRanSideBySideIsCompared() {
        add(HOLDFAST, 100, 10);
        add(HOLDFAST, 10, 10); // a slow minute, which both shared
        add(HOLDFAST, 100, 10);
        add(NETTY, 100, 20);
        add(NETTY, 10, 10);
        add(NETTY, 50, 5);
        assertThat(figures.ratios(GATED, HOLDFAST, NETTY, Sample::rate)).containsExactly(1.0, 1.0, 2.0);
        assertThat(figures.ratios(GATED, HOLDFAST, NETTY, Sample::p99)).containsExactly(0.5, 1.0, 2.0);
    }

    @Test
    void aRoundThatOneLacksIsNotCompared() {
        assertThat(Figures.ratios(List.of(1.0, 2.0), List.of(2.0))).containsExactly(0.5);
    }

    @Test
    void aSampleTellsItsRatesAndCosts() {
        var sample = new Sample(1_000, 2 * SECOND, 1, 2, 3, SECOND, SECOND / 2);
        assertThat(sample.rate()).isEqualTo(500);
        assertThat(sample.serverEach()).isEqualTo(1e6);
        assertThat(sample.loadEach()).isEqualTo(5e5);
        assertThat(sample.loadBusy()).isEqualTo(0.25);
    }

    @Test
    void quantilesBetweenTwoValuesAreTakenInProportion() {
        assertThat(Quantile.median(List.of(3.0, 1.0, 2.0))).isEqualTo(2);
        assertThat(Quantile.median(List.of(4.0, 1.0, 2.0, 3.0))).isEqualTo(2.5);
        assertThat(Quantile.of(0.1, List.of(0.0, 10.0))).isCloseTo(1, within(1e-9));
        assertThat(Quantile.of(0.9, List.of(7.0))).isEqualTo(7);
    }

    @Test
    void aGateIsMetAtItsBound() {
        assertThat(Gate.atLeast(0.9, "x", List.of(0.9)).isMet()).isTrue();
        assertThat(Gate.atLeast(0.9, "x", List.of(0.89)).isMet()).isFalse();
        assertThat(Gate.atMost(1.3, "x", List.of(1.3)).isMet()).isTrue();
        assertThat(Gate.atMost(1.3, "x", List.of(1.31)).isMet()).isFalse();
    }

    @Test
    void aGateLooksAtTheMedian() {
        assertThat(Gate.atLeast(1, "x", List.of(0.1, 1.0, 1.1)).isMet()).isTrue();
        assertThat(Gate.atLeast(1, "x", List.of(0.9, 0.9, 9.0)).isMet()).isFalse();
    }

    @Test
    void whatWasNotMeasuredIsNotMet() {
        var gate = Gate.atLeast(1, "x", List.of());
        assertThat(gate.isMet()).isFalse();
        assertThat(gate.line()).isEqualTo("| x | | | ≥ 1.00 | not measured |");
    }

    @Test
    void aGateHasALineOfTheTable() {
        assertThat(Gate.atLeast(0.9, "x", List.of(0.5, 1.0, 1.5)).line())
                .isEqualTo("| x | 1.00 | 0.60 – 1.40 | ≥ 0.90 | ok |");
        assertThat(Gate.atMostBytes(6_144, "x", List.of(7_000.0)).line())
                .isEqualTo("| x | 7,000 bytes | 7,000 – 7,000 | ≤ 6,144 bytes | **missed** |");
    }

    @Test
    void theTableSaysWhatIsDemandedAndWhatWasSeen() {
        add(HOLDFAST, 190_000, 1_200);
        add(NETTY, 200_000, 1_000);
        add(VIRTUAL_THREADS, 160_000, 2_000);
        figures.addBytes(IDLE, HOLDFAST, 3_390);
        var text = new Table(figures, IDLE).text();
        assertThat(text.lines())
                .contains(
                        "| 64 B, 64 connections: requests/s, to raw Netty | 0.95 | 0.95 – 0.95 | ≥ 0.90 | ok |",
                        "| 64 B, 64 connections: p99, to raw Netty | 1.20 | 1.20 – 1.20 | ≤ 1.30 | ok |",
                        "| 64 B, 64 connections: requests/s, to virtual threads | 1.19 | 1.19 – 1.19 | ≥ 1.00 | ok |",
                        "| 64 B, 64 connections: CPU of the load, to that of raw Netty | 0.50 | 0.50 – 0.50 | ≤ 1.00 | ok |",
                        "| 10,000 connections, idle: heap each | 3,390 bytes | 3,390 – 3,390 | ≤ 6,144 bytes | ok |",
                        "| 64 B, 64 connections | Holdfast | 95,000 | 95,000 – 95,000 | 0.95 | 0.5 | 1.2 | 2.4 | 5.3 | 2.6 | 25 % |",
                        "| 64 B, 64 connections | raw Netty | 100,000 | 100,000 – 100,000 |  | 0.5 | 1.0 | 2.0 | 5.0 | 2.5 | 25 % |",
                        "| 64 B, 64 connections | Vert.x | NOT RUN |  |  |  |  |  |  |  |  |",
                        "| 10,000 connections, idle | raw Netty | NOT RUN |");
    }

    @Test
    void byTlsServersAreComparedByWhatTheyCost() {
        var cell = Cell.tls().getLast();
        figures.add(cell, HOLDFAST_TLS, new Sample(10_000, SECOND, 1, 2, 3, SECOND / 2, SECOND));
        figures.add(cell, NETTY_TLS, new Sample(10_000, SECOND, 1, 2, 3, SECOND / 4, SECOND));
        figures.add(cell, HOLDFAST_OPENSSL, new Sample(20_000, SECOND, 1, 2, 3, SECOND / 4, SECOND / 2));
        figures.add(cell, NETTY_OPENSSL, new Sample(20_000, SECOND, 1, 2, 3, SECOND / 4, SECOND / 2));
        assertThat(new Table(figures, IDLE).text().lines())
                .contains(
                        "| 64 KiB, 64 connections, TLS | Holdfast, TLS | 655 | 655 – 655 | 763 | 2.00 | 1,526 | 100 % |",
                        "| 64 KiB, 64 connections, TLS | raw Netty, TLS | 655 | 655 – 655 | 381 |  | 1,526 | 100 % |",
                        "| 64 KiB, 64 connections, TLS | Vert.x, TLS | NOT RUN |  |  |  |  |  |",
                        "| 64 KiB, 64 connections, TLS | Holdfast, OpenSSL | 1,311 | 1,311 – 1,311 | 191 | 1.00 | 381 | 50 % |");
    }

    @Test
    void everyCellHasANameOfItsOwn() {
        assertThat(Cell.all(IDLE)).hasSize(15).doesNotHaveDuplicates();
        assertThat(Cell.all(IDLE).stream().map(Cell::toString))
                .doesNotHaveDuplicates()
                .contains(
                        "64 B, 1 connection",
                        "64 KiB, 1,000 connections",
                        "1 KiB, 64 connections, once more",
                        "connect, 64 B, close; 64 at a time",
                        "64 KiB, 1 connection, TLS",
                        "10,000 connections, idle");
    }

    @Test
    void whatIsDemandedIsMeasured() {
        assertThat(Cell.all(IDLE)).containsAll(Cell.gated(Cell.Work.ECHO)).containsAll(Cell.gated(Cell.Work.ONCE_MORE));
    }

    @Test
    void theFileHasALineForEachRound(@TempDir Path folder) throws IOException {
        add(HOLDFAST, 7, 9);
        figures.addBytes(IDLE, NETTY, 1_264.5);
        var file = folder.resolve("net.json");
        figures.write(file);
        assertThat(Files.readString(file)).isEqualTo("""
                        [
                        {"cell": "64 B, 64 connections", "server": "Holdfast", "requests": 7, "nanos": 2000000000, \
                        "p50": 500, "p99": 9, "p999": 18, "serverNanos": 1000000000, "loadNanos": 500000000},
                        {"cell": "10,000 connections, idle", "server": "raw Netty", "bytesEach": 1264.5}
                        ]
                        """);
    }
}
