package io.hive.core.settings;

import io.hive.core.node.IpAddress;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** A machine that is made up. */
record FakeSurroundings(
        Optional<IpAddress> defaultRouteAddress,
        int processors,
        boolean terminal,
        Map<String, String> files)
        implements Surroundings {
    static final FakeSurroundings PLAIN =
            new FakeSurroundings(Optional.of(IpAddress.parse("10.1.2.3")), 2, false, Map.of());

    FakeSurroundings withFile(String path, String content) {
        return new FakeSurroundings(
                defaultRouteAddress, processors, terminal, Map.of(path, content));
    }

    @Override
    public String readFile(String path) throws IOException {
        String content = files.get(path);
        if (content == null) {
            throw new IOException("no such file");
        }
        return content;
    }
}
