package io.hive.election;

import io.hive.core.leader.Leadership;
import io.hive.core.lineage.Position;
import io.hive.core.lineage.ReplicationId;
import io.hive.core.lineage.WriteRecord;
import io.hive.core.message.Eligibility;
import io.hive.core.message.Standing;
import io.hive.core.redis.Holding;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Who should lead, out of what everyone brings (rules 9, 10 and 22).
 *
 * <p>A lineage is chosen first and nodes are compared within it, because offsets of different
 * lineages say nothing about each other: a comparison node by node would go in circles.
 */
final class Ranking {
    /**
     * The outcome.
     *
     * @param winner who should lead, or null where nobody can
     * @param feeder who must give its data to the winner first, or null (rule 10)
     * @param reason what decided, for the log
     * @param rule the rule that decided
     * @param empty whether the winner would lead without any data
     */
    record Choice(
            @Nullable Standing winner,
            @Nullable Standing feeder,
            String reason,
            int rule,
            boolean empty) {
        /** The same, with a winner that was chosen elsewhere, on what it has itself. */
        Choice instead(Standing nominee) {
            boolean own = feeder != null && feeder.member().equals(nominee.member());
            @Nullable Standing fresher = own ? null : feeder;
            String why = nominee.member().node() + " was nominated, though " + reason;
            return new Choice(nominee, fresher, why, rule, empty);
        }
    }

    /** Equal data: what is left of rule 9, in its order. */
    private static final Comparator<Standing> BETWEEN_EQUALS =
            Comparator.comparingInt((Standing s) -> -s.hearers())
                    .thenComparingInt(Standing::priority)
                    .thenComparing(Standing::version)
                    .thenComparingLong(Standing::sinceMillis)
                    .thenComparing(s -> s.member().node());

    private final Lineages lineages;
    private final List<Standing> standings;
    private final int acknowledge;

    /**
     * Every lineage that any of the standings remembers is taken into account.
     *
     * @param acknowledge K, the replicas that must hold a write before it is acknowledged
     */
    Ranking(Lineages known, Collection<Standing> standings, int acknowledge) {
        this.standings = List.copyOf(standings);
        this.acknowledge = acknowledge;
        Lineages all = new Lineages();
        all.remember(known.list());
        standings.forEach(standing -> all.remember(standing.lineages()));
        this.lineages = all;
    }

    Choice choose(Collection<Standing> standings) {
        List<Standing> able =
                standings.stream()
                        .filter(s ->
                                s.eligibility() == Eligibility.ELIGIBLE
                                        || s.eligibility() == Eligibility.DRAINING)
                        .sorted(Comparator.comparing(Standing::member))
                        .toList();
        if (able.isEmpty()) {
            return new Choice(null, null, "no Redis that could lead has answered", 9, true);
        }
        @Nullable Tip tip = tip(able);
        Comparator<Standing> order = order(tip);
        Standing freshest = first(able, order);
        List<Standing> willing = able.stream().filter(Ranking::willing).toList();
        Standing winner = willing.isEmpty() ? freshest : first(willing, order);
        boolean fed =
                !winner.equals(freshest)
                        && hasData(freshest)
                        && dataOrder(tip).compare(freshest, winner) < 0;
        String reason = reason(able, winner, tip);
        if (fed) {
            return new Choice(
                    winner,
                    freshest,
                    reason + "; " + freshest.member().node() + " is fresher, leaves, and feeds it",
                    10,
                    false);
        }
        return new Choice(winner, null, reason, tip == null ? 9 : tip.rule, !hasData(winner));
    }

    private static boolean willing(Standing standing) {
        return standing.eligibility() == Eligibility.ELIGIBLE && standing.priority() != 0;
    }

    static boolean hasData(Standing standing) {
        return standing.keys() > 0
                && (standing.holding() instanceof Holding.Lineage
                        || standing.holding() instanceof Holding.Unknown);
    }

    private static Standing first(List<Standing> standings, Comparator<Standing> order) {
        return standings.stream().min(order).orElseThrow();
    }

    private Comparator<Standing> order(@Nullable Tip tip) {
        return dataOrder(tip).thenComparing(BETWEEN_EQUALS);
    }

    /** More data first, as far as the choice of the lineage makes it comparable. */
    private Comparator<Standing> dataOrder(@Nullable Tip tip) {
        return Comparator.comparingInt((Standing s) -> grade(s, tip))
                .thenComparingLong(s -> -comparableAmount(s));
    }

    /** 0 on the chosen lineage, then its ancestors, then what nobody knows, then nothing. */
    private int grade(Standing standing, @Nullable Tip tip) {
        if (!hasData(standing)) {
            return standing.holding() instanceof Holding.Lineage ? 4 : 5;
        }
        if (tip == null || !(standing.holding() instanceof Holding.Lineage(Position position))) {
            return 3;
        }
        if (position.id().equals(tip.id)) {
            return 0;
        }
        return lineages.contains(tip.id, position) ? 1 : 2;
    }

    private static long comparableAmount(Standing standing) {
        return switch (standing.holding()) {
            case Holding.Lineage(Position position) -> hasData(standing) ? position.offset() : 0;
            case Holding.Unknown _ -> standing.keys();
            case Holding.Empty _, Holding.Untold _ -> 0;
        };
    }

    /** The newest end of a history, with what would be lost if another were chosen. */
    private static final class Tip {
        private final ReplicationId id;
        private final List<Standing> holders = new ArrayList<>();
        private int rule = 9;
        private String why = "";

        private Tip(ReplicationId id) {
            this.id = id;
        }

        private long furthest() {
            return holders.stream().mapToLong(Ranking::comparableAmount).max().orElse(0);
        }

        private long keys() {
            return holders.stream().mapToLong(Standing::keys).max().orElse(0);
        }

        /** Its own offset at which it left another history; 0 where they never met. */
        private long leftAt(Tip other, Lineages lineages) {
            long end = furthest();
            return Math.max(0, end - lineages.beyond(other.id, new Position(id, end)));
        }

        /** What K replicas had of it after that (rule 19). */
        private long acknowledged(long fork) {
            return most(record -> record.acknowledgedBetween(fork, furthest()));
        }

        /** What was written up to here, as far as it is known; what nobody counted is one write. */
        private long held(long fork, long end) {
            long known = holders.stream().mapToLong(s -> s.record().end()).max().orElse(-1);
            long uncounted = end > Math.max(fork, known) ? 1 : 0;
            return Math.max(uncounted, most(record -> record.between(fork, end)));
        }

        /** Whether a leader of this history has counted, and somebody knows of it. */
        private boolean counted() {
            return holders.stream().anyMatch(standing -> !standing.record().isEmpty());
        }

        private long written(long fork) {
            return most(record -> record.between(fork, furthest()));
        }

        private long most(ToLongFunction<WriteRecord> number) {
            return holders.stream().map(Standing::record).mapToLong(number).max().orElse(0);
        }

        private long epoch() {
            return holders.stream()
                    .map(Standing::served)
                    .mapToLong(served -> served == null ? Long.MAX_VALUE : served.epoch())
                    .min()
                    .orElse(Long.MAX_VALUE);
        }
    }

    /** Whether it led the history that it holds, and counted what was written then. */
    static boolean leads(Standing standing) {
        Leadership served = standing.served();
        return served != null
                && served.leader().equals(standing.member())
                && !standing.record().isEmpty();
    }

    /** The lineage to go on with; null where nobody holds data on a known one. */
    private @Nullable Tip tip(List<Standing> able) {
        List<Tip> groups = new ArrayList<>();
        for (Standing standing : able) {
            if (hasData(standing)
                    && standing.holding() instanceof Holding.Lineage(Position position)) {
                Tip group =
                        groups.stream()
                                .filter(g -> g.id.equals(position.id()))
                                .findFirst()
                                .orElseGet(() -> {
                                    Tip made = new Tip(position.id());
                                    groups.add(made);
                                    return made;
                                });
                group.holders.add(standing);
            }
        }
        List<Tip> tips = groups.stream().filter(g -> !containedElsewhere(g, groups)).toList();
        if (tips.isEmpty()) {
            tips = groups;
        }
        @Nullable Tip best = null;
        for (Tip tip : tips) {
            best = best == null ? tip : losesLess(best, tip);
        }
        return best;
    }

    private boolean containedElsewhere(Tip group, List<Tip> groups) {
        return groups.stream()
                .filter(other -> !other.id.equals(group.id) && within(group, other))
                // each within the other: nothing was written on either, and the newer one goes on
                .anyMatch(other -> !within(other, group) || newer(other, group));
    }

    private boolean within(Tip group, Tip other) {
        return lineages.contains(other.id, new Position(group.id, group.furthest()));
    }

    private boolean newer(Tip other, Tip group) {
        if (lineages.descends(other.id, group.id) || lineages.descends(group.id, other.id)) {
            return lineages.descends(other.id, group.id);
        }
        return other.id.value().compareTo(group.id.value()) < 0;
    }

    /**
     * Of two histories that part, the one whose loss is greater goes on: writes acknowledged by
     * replicas, then writes that its leaders counted, of each what lies beyond the fork; where they
     * have nothing in common, keys; then the older leadership, then the lowest address.
     *
     * <p>Where nobody knows what a side's leaders counted, the keys that it has more than the other
     * stand in: it is not what was written, but it is what a person would miss.
     */
    private Tip losesLess(Tip one, Tip two) {
        boolean related = lineages.related(one.id, two.id);
        Loss first = loss(one, two, related);
        Loss second = loss(two, one, related);
        int order = Long.compare(second.acknowledged(), first.acknowledged());
        String what = "writes acknowledged by replicas";
        if (order == 0 && related) {
            order = Long.compare(second.written(), first.written());
            what = "writes that the other lacks";
        }
        if (order == 0) {
            order = Long.compare(second.keys(), first.keys());
            what = "keys";
        }
        if (order == 0) {
            order = Long.compare(one.epoch(), two.epoch());
            what = "the older leadership";
        }
        if (order == 0) {
            order = BETWEEN_EQUALS.compare(lowest(one), lowest(two));
            what = "the order between equals";
        }
        Tip winner = order <= 0 ? one : two;
        Tip loser = order <= 0 ? two : one;
        winner.rule = 22;
        winner.why =
                String.format(
                        "two histories met and %s goes on by %s: %s against %s of %s",
                        winner.id.brief(),
                        what,
                        winner.equals(one) ? first : second,
                        winner.equals(one) ? second : first,
                        loser.id.brief());
        return winner;
    }

    /** What would be lost of a history if another went on. */
    private record Loss(long acknowledged, long written, long keys) {
        @Override
        public String toString() {
            return acknowledged + " acknowledged, " + written + " written, " + keys + " keys";
        }
    }

    private Loss loss(Tip of, Tip by, boolean related) {
        long fork = of.leftAt(by, lineages);
        long written = of.counted() ? of.written(fork) : Math.max(0, of.keys() - by.keys());
        long acknowledged = of.acknowledged(fork);
        if (related && acknowledge > 0) {
            acknowledged = Math.max(acknowledged, of.held(fork, heldByEnough(of)));
        }
        return new Loss(acknowledged, written, of.keys());
    }

    /**
     * How far those who are here hold this history together: what its leader and K more have may
     * have been acknowledged, and where its leader is not here, what K have. A leader learns from
     * heartbeats what its replicas have applied, which is too late for the last writes before they
     * were frozen.
     */
    private long heldByEnough(Tip tip) {
        List<Long> held =
                standings.stream()
                        .filter(Ranking::hasData)
                        .map(Standing::holding)
                        .filter(Holding.Lineage.class::isInstance)
                        .map(holding -> ((Holding.Lineage) holding).position())
                        .filter(position -> lineages.contains(tip.id, position))
                        .map(Position::offset)
                        .sorted(Comparator.reverseOrder())
                        .toList();
        int needed = tip.holders.stream().anyMatch(Ranking::leads) ? acknowledge + 1 : acknowledge;
        return held.size() < needed ? 0 : held.get(needed - 1);
    }

    private static Standing lowest(Tip tip) {
        return first(tip.holders, Comparator.comparing(s -> s.member().node()));
    }

    private String reason(List<Standing> able, Standing winner, @Nullable Tip tip) {
        String holds =
                String.format(
                        "%s holds %s with %d keys, best of %d",
                        winner.member().node(), winner.holding(), winner.keys(), able.size());
        return tip == null || tip.why.isEmpty() ? holds : tip.why + "; " + holds;
    }
}
