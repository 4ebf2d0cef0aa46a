package io.hive.proxy.peer;

import io.hive.core.message.codec.Wire;
import io.hive.core.node.IpAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the mesh is set up. The port to listen on is that of the node's own identity.
 *
 * @param bind the address to listen on, or null for all
 * @param cluster members of another name are refused; 1 to {@link Wire#MAX_CLUSTER_BYTES} bytes
 * @param secrets what is accepted, at most {@link Wire#MAX_PROOFS}; any one that both sides have
 *     will do, so that a secret is changed by adding the new one everywhere and then taking the old
 *     one away everywhere. Empty is the same as {@link PeerSecret#none()} alone
 * @param peerTimeout silence after which the election counts a peer as lost; the mesh itself gives
 *     up a connection after {@link #SILENCE_FACTOR} times as long
 * @param connectTimeout how long a dial may take to connect
 * @param handshakeTimeout how long a connection may take from there until it is established
 * @param redialMin the first wait before a node is dialled again
 * @param redialMax the longest wait before a node is dialled again
 * @param maxConnections connections at one time, those in handshake and those that this side dials
 *     included; also the most nodes that are dialled
 * @param maxQueued messages that wait for one peer
 */
public record PeerSettings(
        @Nullable IpAddress bind,
        String cluster,
        List<PeerSecret> secrets,
        Duration peerTimeout,
        Duration connectTimeout,
        Duration handshakeTimeout,
        Duration redialMin,
        Duration redialMax,
        int maxConnections,
        int maxQueued) {
    /** How many peer timeouts of silence end a connection. */
    public static final int SILENCE_FACTOR = 3;

    public PeerSettings {
        secrets = PeerSecret.accepted(secrets);
        int clusterBytes = cluster.getBytes(StandardCharsets.UTF_8).length;
        check(
                clusterBytes >= 1 && clusterBytes <= Wire.MAX_CLUSTER_BYTES,
                "a cluster's name has 1 to "
                        + Wire.MAX_CLUSTER_BYTES
                        + " bytes, got "
                        + clusterBytes);
        positive(peerTimeout, "the peer timeout");
        positive(connectTimeout, "the connect timeout");
        positive(handshakeTimeout, "the handshake timeout");
        positive(redialMin, "the first wait before a redial");
        check(
                redialMax.compareTo(redialMin) >= 0,
                "the longest wait before a redial is not below the first, got " + redialMax);
        check(maxConnections >= 1, "at least 1 connection, got " + maxConnections);
        check(maxQueued >= 1, "at least 1 queued message, got " + maxQueued);
    }

    /** What suits a hive in one network: see the settings' table for the peer timeout. */
    public static PeerSettings of(String cluster, List<PeerSecret> secrets) {
        return new PeerSettings(
                null,
                cluster,
                secrets,
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                Duration.ofSeconds(3),
                Duration.ofMillis(50),
                Duration.ofSeconds(1),
                512,
                256);
    }

    /** The same with another address to listen on; null for all. */
    public PeerSettings withBind(@Nullable IpAddress address) {
        return new PeerSettings(
                address,
                cluster,
                secrets,
                peerTimeout,
                connectTimeout,
                handshakeTimeout,
                redialMin,
                redialMax,
                maxConnections,
                maxQueued);
    }

    /** The same with another peer timeout. */
    public PeerSettings withPeerTimeout(Duration timeout) {
        return new PeerSettings(
                bind,
                cluster,
                secrets,
                timeout,
                connectTimeout,
                handshakeTimeout,
                redialMin,
                redialMax,
                maxConnections,
                maxQueued);
    }

    /** The same with another time for the handshake. */
    public PeerSettings withHandshakeTimeout(Duration timeout) {
        return new PeerSettings(
                bind,
                cluster,
                secrets,
                peerTimeout,
                connectTimeout,
                timeout,
                redialMin,
                redialMax,
                maxConnections,
                maxQueued);
    }

    /** Silence that ends a connection. */
    Duration silence() {
        return peerTimeout.multipliedBy(SILENCE_FACTOR);
    }

    private static void positive(Duration value, String what) {
        check(value.isPositive(), what + " is longer than nothing, got " + value);
    }

    private static void check(boolean good, String otherwise) {
        if (!good) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
