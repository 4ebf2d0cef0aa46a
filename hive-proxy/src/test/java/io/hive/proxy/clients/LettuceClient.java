package io.hive.proxy.clients;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.protocol.ProtocolVersion;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Lettuce as it comes, but for the protocol and a long timeout; ends all its connections. */
final class LettuceClient implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final ClientResources resources =
            DefaultClientResources.builder()
                    .ioThreadPoolSize(2)
                    .computationThreadPoolSize(2)
                    .build();
    private final RedisClient client;

    LettuceClient(Scene scene) {
        Setting setting = scene.setting();
        RedisURI.Builder uri =
                RedisURI.builder()
                        .withHost(scene.host())
                        .withPort(scene.port())
                        .withDatabase(setting.database())
                        .withTimeout(TIMEOUT);
        if (setting.login()) {
            uri.withAuthentication(Setting.USER, Setting.PASSWORD).withClientName(Setting.NAME);
        }
        client = RedisClient.create(resources, uri.build());
        client.setOptions(
                ClientOptions.builder()
                        .protocolVersion(
                                setting.resp3() ? ProtocolVersion.RESP3 : ProtocolVersion.RESP2)
                        .build());
    }

    StatefulRedisConnection<String, String> connect() {
        return client.connect();
    }

    StatefulRedisPubSubConnection<String, String> connectPubSub() {
        return client.connectPubSub();
    }

    @Override
    public void close() {
        client.shutdown(0, 5, TimeUnit.SECONDS);
        resources.shutdown(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
