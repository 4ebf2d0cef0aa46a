package io.hive.proxy.peer;

import io.hive.core.message.codec.Wire;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Mac;
import org.jspecify.annotations.Nullable;

/**
 * Seals or opens the frames of one direction of one connection: a code over the frame's number and
 * its bytes, under a key of that direction alone. So a frame that was changed, repeated, left out,
 * reordered or sent back to its sender does not open. Event loop only.
 */
final class Seal {
    private final Mac mac;
    private long number;

    Seal(byte[] key) {
        mac = Hmac.keyed(key);
    }

    /** The code of the next frame. */
    byte[] next(byte[] message) {
        mac.update(ByteBuffer.allocate(Long.BYTES).putLong(number++).flip());
        return mac.doFinal(message);
    }

    /** The message in the next frame, or null where its code is not the one expected. */
    byte @Nullable [] open(byte[] frame) {
        int length = frame.length - Wire.MAC_BYTES;
        if (length < 0) {
            return null;
        }
        byte[] message = Arrays.copyOf(frame, length);
        byte[] code = Arrays.copyOfRange(frame, length, frame.length);
        return MessageDigest.isEqual(next(message), code) ? message : null;
    }
}
