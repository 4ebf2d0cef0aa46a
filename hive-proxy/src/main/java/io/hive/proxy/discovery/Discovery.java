package io.hive.proxy.discovery;

import io.hive.core.node.NodeId;
import java.util.Collection;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds the addresses at which members of the hive may be. Any thread. */
public sealed interface Discovery extends AutoCloseable permits DnsDiscovery, FixedDiscovery {
    /** More members than any hive has; what is named beyond them is left out. */
    int MAX_NODES = 128;

    /**
     * Asks DNS for the A and AAAA records of a name, again and again, without any cache.
     *
     * @param name the headless service's full name; it is taken as absolute, with or without the
     *     closing dot
     * @param server {@code host[:port]} of the DNS server, or null for those of the system
     * @param peerPort the port of every member, 1 to 65535
     * @throws IllegalArgumentException if the name or the server is not well-formed
     */
    static Discovery dns(String name, @Nullable String server, int peerPort) {
        DnsServers servers = server == null ? DnsServers.ofSystem() : DnsServers.of(server);
        return new DnsDiscovery(name, servers, peerPort, DnsTimes.DEFAULT);
    }

    /**
     * Names the same members for ever.
     *
     * @throws IllegalArgumentException if there are none, or more than {@value #MAX_NODES}
     */
    static Discovery fixed(Collection<NodeId> members) {
        return new FixedDiscovery(members);
    }

    /**
     * Begins; only once.
     *
     * @param listener is told every answer and every failure
     */
    void start(Listener listener);

    /** Asks now, as when a peer was lost. Several calls in short order are one. */
    void refresh();

    /** Ends; the listener is not called once this has returned. */
    @Override
    void close();

    /**
     * Who wants to know. Called by discovery's own thread, one call at a time; it may wait for room
     * in a queue, and nothing is asked meanwhile.
     */
    interface Listener {
        /**
         * There was an answer; every answer is told, also one that is the same as the last.
         *
         * @param nodes 1 to {@value #MAX_NODES}; oneself may be among them
         */
        void discovered(Set<NodeId> nodes);

        /**
         * There was none, which says nothing about the members: the last answer stays valid.
         *
         * @param reason one line: what was asked, what came, and what to look at
         */
        void failed(String reason);
    }
}
