package io.hive.core.settings;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who may use the HTTP port.
 *
 * @param token asked for as a bearer token, printable ASCII without blanks, or null for nobody is
 *     asked
 * @param tokenFile the file that it came from, or null
 */
public record AdminSettings(@Nullable Secret token, @Nullable String tokenFile) {
    private static final Pattern TOKEN = Pattern.compile("[!-~]{1,1024}");

    public AdminSettings {
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
