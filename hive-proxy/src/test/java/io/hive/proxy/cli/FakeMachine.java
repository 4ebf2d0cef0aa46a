package io.hive.proxy.cli;

import io.hive.core.node.IpAddress;
import io.hive.core.settings.Surroundings;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** A machine that is made up. */
record FakeMachine(Map<String, String> files) implements Surroundings {
    @Override
    public Optional<IpAddress> defaultRouteAddress() {
        return Optional.of(IpAddress.parse("10.1.2.3"));
    }

    @Override
    public int processors() {
        return 2;
    }

    @Override
    public boolean terminal() {
        return false;
    }

    @Override
    public String readFile(String path) throws IOException {
        String content = files.get(path);
        if (content == null) {
            throw new IOException("there is no such file");
        }
        return content;
    }
}
