package io.hive.proxy.redis;

import io.lettuce.core.protocol.ProtocolKeyword;
import java.nio.charset.StandardCharsets;

/** A command's name as Lettuce wants it. */
record Word(String text) implements ProtocolKeyword {
    @Override
    public byte[] getBytes() {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public String toString() {
        return text;
    }
}
