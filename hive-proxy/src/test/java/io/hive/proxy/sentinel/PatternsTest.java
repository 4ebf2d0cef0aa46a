package io.hive.proxy.sentinel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PatternsTest {
    @ParameterizedTest
    @CsvSource({
        "*, +switch-master, true",
        "+*, +sdown, true",
        "+*, -sdown, false",
        "*down, -odown, true",
        "*down, +slave, false",
        "+?down, +sdown, true",
        "+?down, +down, false",
        "[-+]sdown, -sdown, true",
        "[^+]sdown, +sdown, false",
        "[a-c]x, bx, true",
        "[a-c]x, dx, false",
        "\\*, *, true",
        "\\*, x, false",
        "a*b*c, axxbyyc, true",
        "a*b*c, axxbyy, false",
        "'', '', true",
        "'', x, false",
        "[ab, b, true",
    })
    void fitsAsInRedis(String pattern, String name, boolean fits) {
        assertThat(Patterns.fits(pattern, name)).isEqualTo(fits);
    }
}
