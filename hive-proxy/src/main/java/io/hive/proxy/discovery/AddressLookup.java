package io.hive.proxy.discovery;

import io.hive.core.node.IpAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.Type;
import org.xbill.DNS.lookup.LookupResult;
import org.xbill.DNS.lookup.LookupSession;
import org.xbill.DNS.lookup.NoSuchDomainException;
import org.xbill.DNS.lookup.NoSuchRRSetException;
import org.xbill.DNS.lookup.ServerFailedException;

/**
 * One question to one server: by UDP, and by TCP when the answer is too long for that. No cache, no
 * hosts file, no search path. The timeout covers both. Completes on a virtual thread or on
 * dnsjava's own.
 */
final class AddressLookup {
    private final Name name;
    private final InetSocketAddress server;
    private final Duration timeout;
    private final LookupSession session;

    AddressLookup(Name name, InetSocketAddress server, Duration timeout) {
        this.name = name;
        this.server = server;
        this.timeout = timeout;
        SimpleResolver resolver = new SimpleResolver(server);
        // Only so that dnsjava forgets the question: it looks at its clock once a second.
        resolver.setTimeout(timeout.multipliedBy(2));
        resolver.setIgnoreTruncation(false);
        this.session =
                LookupSession.builder()
                        .resolver(resolver)
                        .clearCaches()
                        .clearSearchPath()
                        .executor(task -> Thread.ofVirtual().name("dns").start(task))
                        .build();
    }

    /**
     * Asks; the result is never an exception.
     *
     * @param type {@link Type#A} or {@link Type#AAAA}
     */
    CompletableFuture<FamilyAnswer> ask(int type) {
        return session.lookupAsync(name, type)
                .toCompletableFuture()
                .orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                .handle((result, failure) -> failure == null ? read(result) : read(failure, type));
    }

    private static FamilyAnswer read(LookupResult result) {
        Set<IpAddress> addresses = new LinkedHashSet<>();
        for (Record found : result.getRecords()) {
            InetAddress address = address(found);
            // Nobody can be reached at these; a proxy in a container's place may name them.
            if (address != null && !address.isAnyLocalAddress() && !address.isMulticastAddress()) {
                addresses.add(IpAddress.of(address.getAddress()));
            }
        }
        return addresses.isEmpty()
                ? new FamilyAnswer.None(true)
                : new FamilyAnswer.Addresses(addresses);
    }

    private static @Nullable InetAddress address(Record found) {
        return switch (found) {
            case ARecord a -> a.getAddress();
            case AAAARecord aaaa -> aaaa.getAddress();
            default -> null;
        };
    }

    private FamilyAnswer read(Throwable thrown, int type) {
        Throwable failure =
                thrown instanceof CompletionException && thrown.getCause() != null
                        ? thrown.getCause()
                        : thrown;
        return switch (failure) {
            case NoSuchDomainException _ -> new FamilyAnswer.None(false);
            case NoSuchRRSetException _ -> new FamilyAnswer.None(true);
            case ServerFailedException _ -> failed("SERVFAIL", type);
            case TimeoutException _ ->
                    failed("no answer within " + timeout.toMillis() + " ms", type);
            case PortUnreachableException _ -> failed("nobody listens there", type);
            default -> failed(describe(failure), type);
        };
    }

    private FamilyAnswer failed(String what, int type) {
        return new FamilyAnswer.Failed(
                Type.string(type) + " of " + DnsServers.text(server) + ": " + what);
    }

    private static String describe(Throwable failure) {
        String message = failure.getMessage();
        String text =
                message == null || message.isBlank() ? failure.getClass().getSimpleName() : message;
        // What a server sent may be in there: one line of it, and not a long one.
        String line = text.replaceAll("\\p{Cntrl}+", " ");
        return line.length() > 160 ? line.substring(0, 160) + "…" : line;
    }
}
