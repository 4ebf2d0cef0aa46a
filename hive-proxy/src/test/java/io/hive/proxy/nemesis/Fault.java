package io.hive.proxy.nemesis;

import io.hive.proxy.demo.HeadlessDns.Behaviour;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What a drawn schedule does to a hive, and how that is undone. */
enum Fault {
    REDIS_KILLED {
        @Override
        void strike(Cluster cluster, Pod victim) {
            victim.killRedis();
        }

        @Override
        void undo(Cluster cluster, Pod victim) {
            victim.bringBack();
        }
    },
    REDIS_RESTARTED_EMPTY {
        @Override
        void strike(Cluster cluster, Pod victim) {
            victim.restartRedisEmpty();
        }

        @Override
        void undo(Cluster cluster, Pod victim) {}
    },
    SIDECAR_KILLED {
        @Override
        void strike(Cluster cluster, Pod victim) {
            victim.killSidecar();
        }

        @Override
        void undo(Cluster cluster, Pod victim) {
            victim.bringBack();
        }
    },
    POD_KILLED {
        @Override
        void strike(Cluster cluster, Pod victim) {
            victim.kill();
        }

        @Override
        void undo(Cluster cluster, Pod victim) {
            victim.bringBack();
        }
    },
    SIDECARS_RESTARTED {
        @Override
        void strike(Cluster cluster, Pod victim) {
            cluster.pods.forEach(Pod::killSidecar);
        }

        @Override
        void undo(Cluster cluster, Pod victim) {
            cluster.pods.forEach(Pod::bringBack);
        }
    },
    POD_FROZEN {
        @Override
        void strike(Cluster cluster, Pod victim) {
            victim.freeze();
        }

        @Override
        void undo(Cluster cluster, Pod victim) {
            victim.thaw();
        }
    },
    REDIS_FROZEN {
        @Override
        void strike(Cluster cluster, Pod victim) {
            victim.freezeRedis();
        }

        @Override
        void undo(Cluster cluster, Pod victim) {
            victim.thawRedis();
        }
    },
    SIDECAR_FROZEN {
        @Override
        void strike(Cluster cluster, Pod victim) {
            victim.freezeSidecar();
        }

        @Override
        void undo(Cluster cluster, Pod victim) {
            victim.thawSidecar();
        }
    },
    ISOLATED {
        @Override
        void strike(Cluster cluster, Pod victim) {
            cluster.isolate(victim);
        }
    },
    ISOLATED_FROM_DNS_TOO {
        @Override
        void strike(Cluster cluster, Pod victim) {
            List<String> rest = new ArrayList<>(Cluster.addresses(cluster.without(victim)));
            rest.add(Network.HUB_ADDRESS);
            cluster.network.cut(List.of(victim.address), rest);
        }
    },
    CANNOT_SPEAK {
        @Override
        void strike(Cluster cluster, Pod victim) {
            cluster.without(victim)
                    .forEach(pod -> cluster.network.cutOneWay(victim.address, pod.address));
        }
    },
    CANNOT_HEAR {
        @Override
        void strike(Cluster cluster, Pod victim) {
            cluster.without(victim)
                    .forEach(pod -> cluster.network.cutOneWay(pod.address, victim.address));
        }
    },
    ONE_CABLE_CUT {
        @Override
        void strike(Cluster cluster, Pod victim) {
            cluster.network.cut(
                    List.of(victim.address), List.of(cluster.without(victim).getFirst().address));
        }
    },
    REPLICATION_CUT {
        @Override
        void strike(Cluster cluster, Pod victim) {
            cluster.network.cutReplication(
                    victim.address, Cluster.addresses(cluster.without(victim)));
        }
    },
    DNS_FAILS {
        @Override
        void strike(Cluster cluster, Pod victim) {
            cluster.dns.behave(Behaviour.SERVFAIL);
        }

        @Override
        void undo(Cluster cluster, Pod victim) {
            cluster.dns.behave(Behaviour.ANSWER);
        }
    },
    PACKETS_LOST {
        @Override
        void strike(Cluster cluster, Pod victim) {
            cluster.network.lose(0.1);
        }
    },
    SLOW_CABLE {
        @Override
        void strike(Cluster cluster, Pod victim) {
            cluster.network.delay(
                    Duration.ofMillis(600),
                    Duration.ofMillis(20),
                    Duration.ofMillis(300),
                    List.of(victim.address));
        }
    };

    abstract void strike(Cluster cluster, Pod victim);

    /** Most are faults of the network. */
    void undo(Cluster cluster, Pod victim) {
        cluster.network.heal();
    }
}
