package io.hive.core.settings;

import io.hive.core.node.IpNetwork;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who may use the HTTP port.
 *
 * @param token asked for as a bearer token, printable ASCII without blanks, or null for nobody is
 *     asked
 * @param tokenFile the file that it came from, or null
 * @param allowed who may ask, beside this machine itself; empty for everybody
 */
public record AdminSettings(
        @Nullable Secret token, @Nullable String tokenFile, List<IpNetwork> allowed) {
    private static final Pattern TOKEN = Pattern.compile("[!-~]{1,1024}");

    /** For everybody who knows the token. */
    public AdminSettings(@Nullable Secret token, @Nullable String tokenFile) {
        this(token, tokenFile, List.of());
    }

    public AdminSettings {
        allowed = List.copyOf(allowed);
        Check.absolute(Setting.ADMIN_TOKEN_FILE, tokenFile);
        if (token != null) {
            Check.matches(
                    Setting.ADMIN_TOKEN,
                    token.reveal(),
                    TOKEN,
                    "1 to 1024 printable ASCII characters without blanks");
        }
    }
}
