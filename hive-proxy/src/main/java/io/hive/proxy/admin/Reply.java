package io.hive.proxy.admin;

import java.nio.charset.StandardCharsets;

/**
 * What is sent back.
 *
 * @param status the HTTP status
 * @param type the content type
 * @param body the text, sent in UTF-8
 */
record Reply(int status, String type, String body) {
    static Reply text(int status, String line) {
        return new Reply(status, "text/plain; charset=utf-8", line + "\n");
    }

    static Reply json(int status, String json) {
        return new Reply(status, "application/json", json + "\n");
    }

    /** An error that a program can tell by its code and a person by its message. */
    static Reply error(int status, String code, String message) {
        return json(status, StatusJson.object("error", code, "message", message));
    }

    byte[] bytes() {
        return body.getBytes(StandardCharsets.UTF_8);
    }
}
