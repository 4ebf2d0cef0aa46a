package io.hive.proxy.demo;

import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/**
 * A small authoritative DNS server, by UDP and TCP, in place of a cluster's: it names addresses as
 * a headless service does, these can change while it runs, and it can fail on purpose.
 *
 * <p>Any thread. It has virtual threads of its own.
 */
public final class HeadlessDns implements AutoCloseable {
    private static final long TTL_SECONDS = 1;
    private static final int MAX_CONNECTIONS = 64;
    private static final int TCP_IDLE_MILLIS = 10_000;
    private static final int PLAIN_UDP_BYTES = 512;
    private static final int BIND_ATTEMPTS = 50;

    /** Which of the two kinds of question. */
    public enum Family {
        A,
        AAAA
    }

    /** How questions are answered. */
    public enum Behaviour {
        /** With the addresses. */
        ANSWER,
        /** The name is there, and has no such records. */
        NO_DATA,
        NXDOMAIN,
        SERVFAIL,
        REFUSED,
        /** Not at all. */
        SILENT,
        /** With bytes that are no DNS message. */
        GARBAGE
    }

    private final DatagramSocket udp;
    private final ServerSocket tcp;
    private final Map<Name, List<InetAddress>> names = new ConcurrentHashMap<>();
    private final Map<Family, Behaviour> behaviours = new ConcurrentHashMap<>();
    private final Semaphore connections = new Semaphore(MAX_CONNECTIONS);
    private final java.util.Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger udpQueries = new AtomicInteger();
    private final AtomicInteger tcpQueries = new AtomicInteger();

    private HeadlessDns(DatagramSocket udp, ServerSocket tcp) {
        this.udp = udp;
        this.tcp = tcp;
    }

    /**
     * Starts a server.
     *
     * @param address a loopback address
     * @param port 1 to 65535, or 0 for a free one
     * @throws UncheckedIOException if the port is taken
     */
    public static HeadlessDns start(String address, int port) {
        IOException failure = null;
        for (int i = 0; i < (port == 0 ? BIND_ATTEMPTS : 1); i++) {
            try {
                HeadlessDns server = bind(InetAddress.getByName(address), port);
                Thread.ofVirtual().name("headless-dns-udp").start(server::serveUdp);
                Thread.ofVirtual().name("headless-dns-tcp").start(server::serveTcp);
                return server;
            } catch (IOException e) {
                // The port that UDP got may be taken for TCP.
                failure = e;
            }
        }
        throw new UncheckedIOException(
                "cannot listen on " + address + ":" + port + ", UDP and TCP",
                failure == null ? new IOException("not tried") : failure);
    }

    public InetSocketAddress address() {
        return (InetSocketAddress) tcp.getLocalSocketAddress();
    }

    /** As {@code HIVE_DNS_SERVER} wants it. */
    public String hostPort() {
        return address().getAddress().getHostAddress() + ":" + address().getPort();
    }

    /**
     * Names these addresses from now on; none: the name exists without any.
     *
     * @param addresses IPv4 and IPv6 literals
     */
    public void set(String name, Collection<String> addresses) {
        names.put(absolute(name), addresses.stream().map(InetAddress::ofLiteral).toList());
    }

    /** As {@link #set(String, Collection)}. */
    public void set(String name, String... addresses) {
        set(name, List.of(addresses));
    }

    /** Knows the name no more. */
    public void remove(String name) {
        names.remove(absolute(name));
    }

    /** How every question is answered from now on. */
    public void behave(Behaviour behaviour) {
        for (Family family : Family.values()) {
            behave(family, behaviour);
        }
    }

    /** How the questions of one family are answered from now on. */
    public void behave(Family family, Behaviour behaviour) {
        behaviours.put(family, behaviour);
    }

    /** How many questions came by UDP. */
    public int udpQueries() {
        return udpQueries.get();
    }

    /** How many questions came by TCP. */
    public int tcpQueries() {
        return tcpQueries.get();
    }

    @Override
    public void close() {
        udp.close();
        closeQuietly(tcp);
        open.forEach(HeadlessDns::closeQuietly);
    }

    private static HeadlessDns bind(InetAddress address, int port) throws IOException {
        DatagramSocket udp = new DatagramSocket(new InetSocketAddress(address, port));
        ServerSocket tcp = null;
        try {
            tcp = new ServerSocket();
            tcp.setReuseAddress(true);
            tcp.bind(new InetSocketAddress(address, udp.getLocalPort()));
            return new HeadlessDns(udp, tcp);
        } catch (IOException e) {
            udp.close();
            if (tcp != null) {
                closeQuietly(tcp);
            }
            throw e;
        }
    }

    private void serveUdp() {
        byte[] buffer = new byte[4096];
        while (!udp.isClosed()) {
            try {
                DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                udp.receive(packet);
                udpQueries.incrementAndGet();
                byte[] query = java.util.Arrays.copyOf(packet.getData(), packet.getLength());
                byte[] answer = answer(query, false);
                if (answer != null) {
                    udp.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
                }
            } catch (IOException _) {
                // No question, or an asker who left; the next one is none the worse.
            }
        }
    }

    private void serveTcp() {
        while (!tcp.isClosed()) {
            try {
                Socket socket = tcp.accept();
                if (!connections.tryAcquire()) {
                    closeQuietly(socket);
                    continue;
                }
                open.add(socket);
                Thread.ofVirtual().name("headless-dns-connection").start(() -> serve(socket));
            } catch (IOException _) {
                // Closed, or an asker who left.
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            socket.setSoTimeout(TCP_IDLE_MILLIS);
            DataInputStream in = new DataInputStream(socket.getInputStream());
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            while (true) {
                byte[] query = new byte[in.readUnsignedShort()];
                in.readFully(query);
                tcpQueries.incrementAndGet();
                byte[] answer = answer(query, true);
                if (answer != null) {
                    byte[] framed = new byte[answer.length + 2];
                    framed[0] = (byte) (answer.length >> 8);
                    framed[1] = (byte) answer.length;
                    System.arraycopy(answer, 0, framed, 2, answer.length);
                    out.write(framed);
                    out.flush();
                }
            }
        } catch (IOException _) {
            // The asker is done.
        } finally {
            open.remove(socket);
            connections.release();
        }
    }

    /** The answer's bytes, or null for none. */
    private byte @Nullable [] answer(byte[] bytes, boolean isTcp) throws IOException {
        Message query = new Message(bytes);
        Record question = query.getQuestion();
        if (question == null || query.getHeader().getFlag(Flags.QR)) {
            return null;
        }
        Behaviour behaviour = behaviour(question.getType());
        if (behaviour == Behaviour.SILENT) {
            return null;
        }
        if (behaviour == Behaviour.GARBAGE) {
            return new byte[] {bytes[0], bytes[1], (byte) 0x80, 0, 0, 9};
        }
        OPTRecord options = query.getOPT();
        Message answer = new Message(query.getHeader().getID());
        answer.getHeader().setOpcode(query.getHeader().getOpcode());
        answer.getHeader().setFlag(Flags.QR);
        answer.getHeader().setFlag(Flags.AA);
        if (query.getHeader().getFlag(Flags.RD)) {
            answer.getHeader().setFlag(Flags.RD);
        }
        answer.addRecord(question, Section.QUESTION);
        fill(answer, query, question, behaviour);
        if (options != null) {
            answer.addRecord(new OPTRecord(1232, 0, 0), Section.ADDITIONAL);
        }
        int limit =
                isTcp
                        ? Message.MAXLENGTH
                        : options == null
                                ? PLAIN_UDP_BYTES
                                : Math.max(PLAIN_UDP_BYTES, options.getPayloadSize());
        return answer.toWire(limit);
    }

    private void fill(Message answer, Message query, Record question, Behaviour behaviour) {
        if (query.getHeader().getOpcode() != Opcode.QUERY) {
            answer.getHeader().setRcode(Rcode.NOTIMP);
            return;
        }
        List<InetAddress> addresses = names.get(question.getName());
        switch (behaviour) {
            case SERVFAIL -> answer.getHeader().setRcode(Rcode.SERVFAIL);
            case REFUSED -> answer.getHeader().setRcode(Rcode.REFUSED);
            case NXDOMAIN -> none(answer, question, Rcode.NXDOMAIN);
            case NO_DATA -> none(answer, question, Rcode.NOERROR);
            case ANSWER -> {
                if (addresses == null) {
                    none(answer, question, Rcode.NXDOMAIN);
                } else {
                    addresses.forEach(address -> add(answer, question, address));
                    if (answer.getSection(Section.ANSWER).isEmpty()) {
                        none(answer, question, Rcode.NOERROR);
                    }
                }
            }
            case SILENT, GARBAGE ->
                    throw new IllegalStateException(behaviour + " has no message to fill");
        }
    }

    private static void add(Message answer, Record question, InetAddress address) {
        boolean v4 = address.getAddress().length == 4;
        if (v4 && question.getType() == Type.A) {
            answer.addRecord(
                    new ARecord(question.getName(), DClass.IN, TTL_SECONDS, address),
                    Section.ANSWER);
        } else if (!v4 && question.getType() == Type.AAAA) {
            answer.addRecord(
                    new AAAARecord(question.getName(), DClass.IN, TTL_SECONDS, address),
                    Section.ANSWER);
        }
    }

    /** With what says how long the absence may be remembered: not at all (RFC 2308). */
    private static void none(Message answer, Record question, int rcode) {
        answer.getHeader().setRcode(rcode);
        Name zone =
                question.getName().labels() > 2
                        ? new Name(question.getName(), 1)
                        : question.getName();
        answer.addRecord(
                new SOARecord(zone, DClass.IN, 0, zone, zone, 1, 60, 60, 60, 0), Section.AUTHORITY);
    }

    private Behaviour behaviour(int type) {
        return switch (type) {
            case Type.A -> behaviours.getOrDefault(Family.A, Behaviour.ANSWER);
            case Type.AAAA -> behaviours.getOrDefault(Family.AAAA, Behaviour.ANSWER);
            default -> Behaviour.ANSWER;
        };
    }

    private static Name absolute(String name) {
        try {
            return Name.fromString(name, Name.root);
        } catch (TextParseException e) {
            throw new IllegalArgumentException("expected a DNS name, got '" + name + "'", e);
        }
    }

    private static void closeQuietly(Closeable closeable) {
        try {
            closeable.close();
        } catch (IOException _) {
            // There is nothing left to do with it.
        }
    }
}
