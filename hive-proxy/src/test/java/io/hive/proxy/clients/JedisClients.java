package io.hive.proxy.clients;

import org.apache.commons.pool2.impl.GenericObjectPoolConfig;
import redis.clients.jedis.Connection;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.builders.StandaloneClientBuilder;
import redis.clients.jedis.csc.Cache;

/** Jedis as it comes, but for the protocol and a long timeout. */
final class JedisClients {
    private static final int TIMEOUT_MILLIS = 30_000;

    private final Scene scene;

    JedisClients(Scene scene) {
        this.scene = scene;
    }

    /** One connection. */
    Jedis connect() {
        return scene.keep(new Jedis(address(), config()));
    }

    /** A pool of connections, all of them open. */
    RedisClient pool(int size) {
        RedisClient client = scene.keep(builder(size).build());
        client.getPool().addObjects(size);
        return client;
    }

    /** One connection, and a cache of what was read. */
    RedisClient caching(Cache cache) {
        RedisClient client = scene.keep(builder(1).cache(cache).build());
        client.getPool().addObjects(1);
        return client;
    }

    private StandaloneClientBuilder<RedisClient> builder(int size) {
        GenericObjectPoolConfig<Connection> pool = new GenericObjectPoolConfig<>();
        pool.setMaxTotal(size);
        pool.setMaxIdle(size);
        pool.setMinIdle(size);
        var builder = RedisClient.builder();
        builder.hostAndPort(address());
        builder.clientConfig(config());
        builder.poolConfig(pool);
        return builder;
    }

    private HostAndPort address() {
        return new HostAndPort(scene.host(), scene.port());
    }

    private DefaultJedisClientConfig config() {
        Setting setting = scene.setting();
        DefaultJedisClientConfig.Builder config =
                DefaultJedisClientConfig.builder()
                        .protocol(setting.resp3() ? RedisProtocol.RESP3 : RedisProtocol.RESP2)
                        .timeoutMillis(TIMEOUT_MILLIS)
                        .database(setting.database());
        if (setting.login()) {
            config.user(Setting.USER).password(Setting.PASSWORD).clientName(Setting.NAME);
        }
        return config.build();
    }
}
