package io.hive.proxy.admin;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** What stands behind the question mark. */
record Query(@Nullable String raw) {
    static Query of(URI uri) {
        return new Query(uri.getRawQuery());
    }

    /**
     * The value of a name; null where it is not there, or empty.
     *
     * @throws IllegalArgumentException if it is not encoded as it should be
     */
    @Nullable String value(String name) {
        for (String pair : raw == null ? new String[0] : raw.split("&", -1)) {
            int at = pair.indexOf('=');
            if (at > 0 && pair.substring(0, at).equals(name) && at + 1 < pair.length()) {
                return URLDecoder.decode(pair.substring(at + 1), StandardCharsets.UTF_8);
            }
        }
        return null;
    }
}
