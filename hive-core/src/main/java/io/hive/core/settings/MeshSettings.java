package io.hive.core.settings;

import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who is admitted as a peer.
 *
 * @param cluster members of another name are refused
 * @param secrets the first proves who this node is; a peer that has any of them is accepted, so
 *     that a secret can be changed pod by pod; empty for none
 * @param secretFile the file that they came from, or null
 */
public record MeshSettings(String cluster, List<Secret> secrets, @Nullable String secretFile) {
    /** More would only be forgotten ones. */
    public static final int MAX_SECRETS = 4;

    private static final Pattern CLUSTER = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    public MeshSettings {
        secrets = List.copyOf(secrets);
        Check.matches(
                Setting.CLUSTER,
                cluster,
                CLUSTER,
                "1 to 64 letters, digits, dots, dashes or underscores");
        Check.absolute(Setting.SECRET_FILE, secretFile);
        if (secrets.size() > MAX_SECRETS) {
            throw InvalidSetting.value(
                    Setting.SECRET_FILE,
                    secretFile == null ? "" : secretFile,
                    "a file of at most " + MAX_SECRETS + " lines, it has " + secrets.size());
        }
    }

    /** The secret that this node proves itself with, or null. */
    public @Nullable Secret secret() {
        return secrets.isEmpty() ? null : secrets.getFirst();
    }
}
