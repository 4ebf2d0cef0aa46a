package io.hive.proxy.clients;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.util.concurrent.TimeUnit;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.StringCodec;
import org.redisson.config.Config;
import org.redisson.config.Protocol;

/**
 * Redisson as it comes, but for the protocol, plain text as values, a long timeout, pools whose
 * size does not change, and no attempts of its own to repeat what failed.
 */
final class RedissonClients implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 30_000;

    private final Scene scene;
    private final EventLoopGroup loops =
            new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());

    RedissonClients(Scene scene) {
        this.scene = scene;
    }

    /** A client with 4 connections, and one for subscriptions. */
    RedissonClient connect() {
        Setting setting = scene.setting();
        Config config = new Config();
        config.setProtocol(setting.resp3() ? Protocol.RESP3 : Protocol.RESP2);
        config.setCodec(StringCodec.INSTANCE);
        config.setEventLoopGroup(loops);
        config.setThreads(4);
        var server =
                config.useSingleServer()
                        .setAddress("redis://" + scene.host() + ":" + scene.port())
                        .setDatabase(setting.database())
                        .setTimeout(TIMEOUT_MILLIS)
                        .setSubscriptionTimeout(TIMEOUT_MILLIS)
                        .setConnectTimeout(TIMEOUT_MILLIS)
                        .setRetryAttempts(0)
                        .setPingConnectionInterval(0)
                        .setDnsMonitoringInterval(-1)
                        .setConnectionPoolSize(4)
                        .setConnectionMinimumIdleSize(4)
                        .setSubscriptionConnectionPoolSize(1)
                        .setSubscriptionConnectionMinimumIdleSize(1);
        if (setting.login()) {
            config.setUsername(Setting.USER).setPassword(Setting.PASSWORD);
            server.setClientName(Setting.NAME);
        }
        RedissonClient client = Redisson.create(config);
        scene.keep(() -> client.shutdown(0, 5, TimeUnit.SECONDS));
        return client;
    }

    @Override
    public void close() {
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
