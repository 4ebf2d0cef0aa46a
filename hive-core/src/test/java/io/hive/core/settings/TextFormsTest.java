package io.hive.core.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextFormsTest {
    @ParameterizedTest
    @CsvSource({
        "0,0,0ms",
        "200ms,200,200ms",
        "1s,1000,1s",
        "1500ms,1500,1500ms",
        "90s,90000,90s",
        "2m,120000,2m",
        "60m,3600000,1h",
        "999999999h,3599999996400000,999999999h"
    })
    void durations(String text, long millis, String again) {
        assertThat(DurationText.parse(text)).isEqualTo(Duration.ofMillis(millis));
        assertThat(DurationText.format(Duration.ofMillis(millis))).isEqualTo(again);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1",
                "s",
                "1.5s",
                "-1s",
                "+1s",
                "1 s",
                "1S",
                "1d",
                "1sx",
                "1000000000ms",
                "١s"
            })
    void noDurations(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DurationText.parse(text))
                .withMessageContaining("200ms");
    }

    @ParameterizedTest
    @CsvSource({
        "0,0,0b",
        "1,1,1b",
        "512b,512,512b",
        "1kb,1024,1kb",
        "64mb,67108864,64mb",
        "1gb,1073741824,1gb",
        "64MB,67108864,64mb",
        "1025,1025,1025b"
    })
    void sizes(String text, long bytes, String again) {
        assertThat(SizeText.parse(text)).isEqualTo(bytes);
        assertThat(SizeText.format(bytes)).isEqualTo(again);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "mb", "-1", "1.5mb", "1 mb", "1tb", "1000000000gb", "64m"})
    void noSizes(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SizeText.parse(text))
                .withMessageContaining("64mb");
    }

    @Test
    void theLargestSizeFits() {
        assertThat(SizeText.parse("999999999gb")).isEqualTo(999_999_999L << 30).isPositive();
    }
}
