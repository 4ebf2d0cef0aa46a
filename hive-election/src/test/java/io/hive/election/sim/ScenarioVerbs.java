package io.hive.election.sim;

import io.hive.core.node.NodeState;
import io.hive.election.ElectionView;
import io.hive.election.sim.SimDataset.Snapshot;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The verbs of scenarios.
 *
 * <pre>
 * nodes 3                                   so many pods, a b c; none runs yet
 * redis a data 100 offset 5000 lineage x    a snapshot that its next start finds; 'lineage unknown'
 *                                           for one without its place in a history
 * redis a priority 0                        its replica-priority
 * load 3s                                   how long a dataset takes to load from now on
 * dns a b c                                 discovery names exactly these; 'dns' alone nobody
 * dns silent a, dns answers a               discovery does not answer this pod, and does again
 * start a b, start redis a, start sidecar a
 * run 200ms, run 3s
 * settle                                    until every sidecar leads or follows in sync and
 *                                           nothing more happens; at most 30 s
 * settle quietly                            the same, without what this block has shown so far
 * cut a b                                   one link, both ways
 * partition a | b c                         all links between the two sides
 * heal                                      everything that was cut
 * kill redis a, kill sidecar a, kill pod a
 * restart redis a empty, restart redis a    in place, without or with its snapshot
 * freeze a, thaw a                          the sidecar's process
 * drain a                                   the sidecar is told to stop
 * handoff a, handoff a to b                 this sidecar is asked to let another one lead
 * busy redis a, idle redis a                it does not look at its sockets, and does again
 * write 10 via a                            clients at this pod; shows how many were acknowledged
 * show                                      every pod as it stands
 * </pre>
 */
final class ScenarioVerbs {
    private ScenarioVerbs() {}

    static ScenarioVerb of(String verb) {
        return switch (verb) {
            case "nodes" -> new Nodes();
            case "redis" -> new Redis();
            case "load" -> new Load();
            case "dns" -> new Dns();
            case "start" -> new Start();
            case "run" -> new Run();
            case "settle" -> new Settle();
            case "cut" -> new Cut();
            case "partition" -> new Partition();
            case "heal" -> new Heal();
            case "kill" -> new Kill();
            case "restart" -> new Restart();
            case "freeze" -> new Freeze();
            case "thaw" -> new Thaw();
            case "drain" -> new Drain();
            case "handoff" -> new Handoff();
            case "busy" -> new Busy(true);
            case "idle" -> new Busy(false);
            case "write" -> new Write();
            case "show" -> new Show();
            default -> throw new IllegalArgumentException("no such verb: " + verb);
        };
    }

    private static long nanos(String text) {
        if (text.endsWith("ms")) {
            return Long.parseLong(text.substring(0, text.length() - 2)) * SimTime.MILLI;
        }
        if (text.endsWith("s")) {
            return Long.parseLong(text.substring(0, text.length() - 1)) * SimTime.SECOND;
        }
        throw new IllegalArgumentException("expected a time as 200ms or 3s, got '" + text + "'");
    }

    private static SimNode sidecar(Scenario scenario, String name) {
        SimNode node = scenario.pod(name).sidecar;
        if (node == null) {
            throw new IllegalArgumentException("the sidecar of " + name + " does not run");
        }
        return node;
    }

    private static final class Nodes implements ScenarioVerb {
        @Override
        public void run(Scenario scenario, List<String> words) {
            int count = Integer.parseInt(words.getFirst());
            while (scenario.hive.allPods().size() < count) {
                scenario.addPod();
            }
        }
    }

    private static final class Redis implements ScenarioVerb {
        @Override
        public void run(Scenario scenario, List<String> words) {
            SimRedis redis = scenario.pod(words.getFirst()).redis;
            if (words.get(1).equals("priority")) {
                SimRedis.Setup old = redis.setup;
                redis.setup =
                        new SimRedis.Setup(
                                old.guarded(),
                                old.persistent(),
                                old.backlogBytes(),
                                old.acl(),
                                Integer.parseInt(words.get(2)),
                                old.version());
                return;
            }
            int keys = Integer.parseInt(after("data", words));
            String lineage = after("lineage", words);
            redis.putOnDisk(
                    lineage.equals("unknown")
                            ? new Snapshot(scenario.keys(lineage, keys), null, 0)
                            : new Snapshot(
                                    scenario.keys(lineage, keys),
                                    scenario.names.lineage(lineage),
                                    Long.parseLong(after("offset", words))));
        }

        private static String after(String word, List<String> words) {
            int at = words.indexOf(word);
            if (at < 0) {
                throw new IllegalArgumentException("expected '" + word + "' and a value");
            }
            return words.get(at + 1);
        }
    }

    private static final class Load implements ScenarioVerb {
        @Override
        public void run(Scenario scenario, List<String> words) {
            long taken = nanos(words.getFirst());
            scenario.hive.times().load(new SimTimes.Range(taken, taken));
        }
    }

    private static final class Dns implements ScenarioVerb {
        @Override
        public void run(Scenario scenario, List<String> words) {
            SimDns dns = scenario.hive.dns();
            String first = words.isEmpty() ? "" : words.getFirst();
            switch (first) {
                case "silent" -> dns.fail(scenario.pod(words.get(1)), true);
                case "answers" -> dns.fail(scenario.pod(words.get(1)), false);
                default -> dns.publishOnly(scenario.pods(words));
            }
        }
    }

    private static final class Start implements ScenarioVerb {
        @Override
        public void run(Scenario scenario, List<String> words) {
            switch (words.getFirst()) {
                case "redis" -> scenario.hive.startRedis(scenario.pod(words.get(1)));
                case "sidecar" -> scenario.hive.startSidecar(scenario.pod(words.get(1)));
                default -> {
                    for (SimPod pod : scenario.pods(words)) {
                        scenario.hive.startRedis(pod);
                        scenario.hive.startSidecar(pod);
                    }
                }
            }
        }
    }

    private static final class Run implements ScenarioVerb {
        @Override
        public void run(Scenario scenario, List<String> words) {
            scenario.run(nanos(words.getFirst()));
        }
    }

    private static final class Settle implements ScenarioVerb {
        private static final long LIMIT = 30 * SimTime.SECOND;

        /** Longer than it takes to miss a peer. */
        private static final long QUIET = 1500 * SimTime.MILLI;

        private static final long LOOK = 50 * SimTime.MILLI;

        @Override
        public void run(Scenario scenario, List<String> words) {
            long began = scenario.hive.scheduler().now();
            @Nullable String wrong;
            do {
                scenario.run(LOOK);
                wrong = unsettled(scenario);
                long since = Math.max(began, scenario.log.lastNanos());
                if (wrong == null && scenario.hive.scheduler().now() - since >= QUIET) {
                    if (words.contains("quietly")) {
                        scenario.log.take();
                        scenario.log.say("settled");
                    }
                    return;
                }
            } while (scenario.hive.scheduler().now() - began < LIMIT);
            scenario.log.say(
                    "not settled after 30 s: " + (wrong == null ? "it goes on and on" : wrong));
        }

        private static @Nullable String unsettled(Scenario scenario) {
            for (SimPod pod : scenario.hive.pods()) {
                SimNode node = pod.sidecar;
                ElectionView view = node == null || node.frozen() ? null : node.view();
                if (view != null
                        && (view.leader() == null || (pod.redis.running() && !view.inSync()))) {
                    return pod + " is " + view.state();
                }
            }
            return null;
        }
    }

    private static final class Cut implements ScenarioVerb {
        @Override
        public void run(Scenario scenario, List<String> words) {
            scenario.cut(scenario.pod(words.get(0)), scenario.pod(words.get(1)));
        }
    }

    private static final class Partition implements ScenarioVerb {
        @Override
        public void run(Scenario scenario, List<String> words) {
            int bar = words.indexOf("|");
            for (SimPod one : scenario.pods(words.subList(0, bar))) {
                for (SimPod other : scenario.pods(words.subList(bar + 1, words.size()))) {
                    scenario.cut(one, other);
                }
            }
        }
    }

    private static final class Heal implements ScenarioVerb {
        @Override
        public void run(Scenario scenario, List<String> words) {
            scenario.heal();
        }
    }

    private static final class Kill implements ScenarioVerb {
        @Override
        public void run(Scenario scenario, List<String> words) {
            SimPod pod = scenario.pod(words.get(1));
            switch (words.getFirst()) {
                case "redis" -> scenario.hive.killRedis(pod);
                case "sidecar" -> scenario.hive.stopSidecar(pod, false);
                case "pod" -> scenario.hive.killPod(pod, false);
                default -> throw new IllegalArgumentException("redis, sidecar or pod");
            }
        }
    }

    private static final class Restart implements ScenarioVerb {
        /** The time that a supervisor in the container takes. */
        private static final long GAP = 5 * SimTime.MILLI;

        @Override
        public void run(Scenario scenario, List<String> words) {
            SimPod pod = scenario.pod(words.get(1));
            if (words.contains("empty")) {
                pod.redis.putOnDisk(null);
            }
            scenario.hive.killRedis(pod);
            scenario.hive.scheduler().after(GAP, () -> scenario.hive.startRedis(pod));
        }
    }

    private static final class Freeze implements ScenarioVerb {
        @Override
        public void run(Scenario scenario, List<String> words) {
            sidecar(scenario, words.getFirst()).freeze();
        }
    }

    private static final class Thaw implements ScenarioVerb {
        @Override
        public void run(Scenario scenario, List<String> words) {
            sidecar(scenario, words.getFirst()).thaw();
        }
    }

    private static final class Drain implements ScenarioVerb {
        @Override
        public void run(Scenario scenario, List<String> words) {
            sidecar(scenario, words.getFirst()).drain("SIGTERM");
        }
    }

    private static final class Handoff implements ScenarioVerb {
        @Override
        public void run(Scenario scenario, List<String> words) {
            sidecar(scenario, words.getFirst())
                    .handOff(words.size() < 3 ? null : scenario.pod(words.get(2)).node);
        }
    }

    private record Busy(boolean begins) implements ScenarioVerb {
        @Override
        public void run(Scenario scenario, List<String> words) {
            SimRedis redis = scenario.pod(words.get(1)).redis;
            if (begins) {
                redis.busyBegins();
            } else {
                redis.busyEnds();
            }
        }
    }

    private static final class Write implements ScenarioVerb {
        private static final long ANSWERED = 20 * SimTime.MILLI;

        @Override
        public void run(Scenario scenario, List<String> words) {
            int count = Integer.parseInt(words.getFirst());
            SimPod pod = scenario.pod(words.get(2));
            int before = scenario.clients.acknowledged().cardinality();
            for (int i = 0; i < count; i++) {
                scenario.clients.write(pod);
            }
            scenario.run(ANSWERED);
            int acknowledged = scenario.clients.acknowledged().cardinality() - before;
            scenario.log.say(
                    acknowledged + " of " + count + " writes via " + pod + " acknowledged");
        }
    }

    private static final class Show implements ScenarioVerb {
        @Override
        public void run(Scenario scenario, List<String> words) {
            for (SimPod pod : scenario.hive.pods()) {
                scenario.log.say(pod + ": " + sidecar(pod) + "; redis " + pod.redis.brief());
            }
        }

        private static String sidecar(SimPod pod) {
            SimNode node = pod.sidecar;
            ElectionView view = node == null ? null : node.view();
            if (node == null || view == null) {
                return "no sidecar";
            }
            SimRoute route = node.openRoute();
            String routed = route == null ? "no route" : "route to " + route.master();
            String waits = view.waitingFor().isEmpty() ? "" : ", waits: " + view.waitingFor();
            String sync =
                    view.state() == NodeState.FOLLOWING && !view.inSync() ? ", not in sync" : "";
            return (node.frozen() ? "frozen as " : "")
                    + view.state()
                    + ", epoch "
                    + view.epoch()
                    + ", "
                    + routed
                    + sync
                    + waits;
        }
    }
}
