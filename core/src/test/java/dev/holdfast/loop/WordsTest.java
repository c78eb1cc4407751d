package dev.holdfast.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WordsTest {
    @Test
    void aNameStaysInItsLine() {
        assertThat(Words.of("a\nb\r\tc\u001b[31m\u2028d\u202ee"))
                .isEqualTo("a\\nb\\u000d\\u0009c\\u001b[31m\\u2028d\\u202ee");
    }

    @Test
    void aLongNameIsCut() {
        assertThat(Words.of("x".repeat(1_000_000))).isEqualTo("x".repeat(120) + "…");
    }

    @Test
    void whoCannotSayHisNameGoesByHisClass() {
        var mute = new Object() {
            @Override
            public String toString() {
                throw new StackOverflowError();
            }
        };
        assertThat(Words.of(mute)).isEqualTo(mute.getClass().getName());
    }

    @Test
    void ofMoreThanTenTenAreNamed() {
        assertThat(Words.list(List.of())).isEmpty();
        assertThat(Words.list(List.of("a", "b"))).isEqualTo("a, b");
        assertThat(Words.list(IntStream.range(0, 12).boxed().toList()))
                .isEqualTo("0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and 2 more");
    }

    @Test
    void oneIsOneAndManyAreMany() {
        assertThat(Words.count(0, "timer")).isEqualTo("0 timers");
        assertThat(Words.count(1, "timer")).isEqualTo("1 timer");
        assertThat(Words.count(2, "timer")).isEqualTo("2 timers");
    }
}
