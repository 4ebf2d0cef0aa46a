package io.hive.proxy.clients;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;

/**
 * What became of a command.
 *
 * @param value the reply, unless it failed
 * @param error what the client says of the failure, beginning with the code; empty if it did not
 *     fail
 */
record Outcome(@Nullable Object value, String error) {
    boolean failed() {
        return !error.isEmpty();
    }

    /** Whether it is the error of a write that was under way when its master was lost. */
    boolean unknown() {
        return error.startsWith("UNKNOWNOUTCOME");
    }

    void assertValue(@Nullable Object expected) {
        assertThat(error).as("the error").isEmpty();
        assertThat(value).isEqualTo(expected);
    }

    void assertError(String code) {
        assertThat(error).as("the error; the value is " + value).startsWith(code);
    }
}
