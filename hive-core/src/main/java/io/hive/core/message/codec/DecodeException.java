package io.hive.core.message.codec;

/**
 * Bytes that are not what they should be. The message says what was expected and what came, and
 * never repeats the bytes themselves, which may hold a password.
 */
public final class DecodeException extends Exception {
    private static final long serialVersionUID = 1L;

    DecodeException(String message) {
        super(message);
    }

    DecodeException(String message, Throwable cause) {
        super(message, cause);
    }
}
