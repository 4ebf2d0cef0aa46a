package io.hive.proxy.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisException;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

class RedisErrorsTest {
    private final Throwable unknown =
            new CompletionException(
                    new RedisCommandExecutionException(
                            "ERR unknown command 'CONFIG', with args beginning with: 'SET'"
                                    + " 'masterauth' 'sesame'"));

    @Test
    void whatRedisQuotesIsLeftOut() {
        assertThat(RedisErrors.brief(unknown)).isEqualTo("ERR unknown command");
        assertThat(
                        RedisErrors.brief(
                                new RedisCommandExecutionException(
                                        "ERR Error in ACL SETUSER modifier '>se same': Syntax")))
                .doesNotContain("same");
    }

    @Test
    void whatIsNotAllowedIsNamed() {
        assertThat(
                        RedisErrors.brief(
                                new RedisCommandExecutionException(
                                        "NOPERM this user has no permissions to run the"
                                                + " 'config|set' command")))
                .contains("config|set");
    }

    @Test
    void tellsAnAnswerFromNone() {
        assertThat(RedisErrors.isReply(unknown)).isTrue();
        assertThat(RedisErrors.code(unknown)).isEqualTo("ERR");
        Throwable closed = new RedisException("Connection closed");
        assertThat(RedisErrors.isReply(closed)).isFalse();
        assertThat(RedisErrors.code(closed)).isEmpty();
        assertThat(RedisErrors.brief(new CompletionException(closed)))
                .isEqualTo("Connection closed");
    }

    @Test
    void loadingAndBusyPass() {
        assertThat(RedisErrors.isPassing(new RedisCommandExecutionException("LOADING Redis is")))
                .isTrue();
        assertThat(RedisErrors.isPassing(new RedisCommandExecutionException("BUSY Redis is")))
                .isTrue();
        assertThat(RedisErrors.isPassing(unknown)).isFalse();
    }
}
