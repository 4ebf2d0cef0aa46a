package io.hive.proxy.admin;

/**
 * What {@code POST /api/handoff} answered, in one line for a person. Any thread.
 *
 * @param done whether another one leads now
 * @param line what became of it
 */
public record HandoffAnswer(boolean done, String line) {
    /**
     * Reads an answer of this version or a later one.
     *
     * @param status the HTTP status
     * @param body what came with it; one that is not understood is told as it is
     */
    public static HandoffAnswer read(int status, String body) {
        boolean done = status == 200;
        try {
            JsonNode json = JsonNode.parse(body);
            if (done) {
                return new HandoffAnswer(
                        true,
                        String.format(
                                "%s leads now, in epoch %d; writes were paused for %.1f ms"
                                        + " (before: %s)",
                                json.text("to"),
                                json.number("epoch"),
                                json.decimal("pausedMillis"),
                                json.text("from")));
            }
            return new HandoffAnswer(
                    false, "not handed over (" + json.text("error") + "): " + json.text("message"));
        } catch (IllegalArgumentException e) {
            return new HandoffAnswer(done, "the answer was " + status + ": " + body);
        }
    }
}
