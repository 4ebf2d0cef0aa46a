package io.hive.proxy.demo;

/** An error that Redis answered with; the message is its text, beginning with its code. */
public final class RedisReplyException extends RuntimeException {
    private static final long serialVersionUID = 1;

    RedisReplyException(String text) {
        super(text);
    }

    /** The first word, such as {@code MOVED} or {@code ERR}. */
    public String code() {
        String text = String.valueOf(getMessage());
        int blank = text.indexOf(' ');
        return blank < 0 ? text : text.substring(0, blank);
    }
}
