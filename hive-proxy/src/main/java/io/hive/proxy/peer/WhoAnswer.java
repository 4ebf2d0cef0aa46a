package io.hive.proxy.peer;

import io.hive.core.node.NodeId;
import io.hive.core.node.NodeState;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The answer to redis-hive's question {@code e=who}, in redis-hive's form, for the scripts that
 * operators have around it.
 *
 * @param self who answers
 * @param state what it does
 * @param leader whom it follows, itself where it leads, or null
 * @param redisPort the port of its Redis
 * @param sinceMillis when it came into this state, milliseconds since 1970
 * @param upMillis how long this process has been up, in milliseconds
 * @param members the other members; told by a leader only
 */
public record WhoAnswer(
        NodeId self,
        NodeState state,
        @Nullable NodeId leader,
        int redisPort,
        long sinceMillis,
        long upMillis,
        List<NodeId> members) {
    public WhoAnswer {
        members = List.copyOf(members);
    }

    /** The answer as it is sent, without a newline. */
    public String text() {
        StringBuilder text =
                new StringBuilder()
                        .append("a=")
                        .append(self)
                        .append("|e=who|s=")
                        .append(letter(state))
                        .append("|f=")
                        .append(leader == null ? "" : leader)
                        .append("|r=")
                        .append(redisPort)
                        .append("|t=")
                        .append(sinceMillis)
                        .append("|u=")
                        .append(upMillis);
        if (state == NodeState.LEADING && !members.isEmpty()) {
            text.append("|m=")
                    .append(
                            members.stream()
                                    .map(NodeId::toString)
                                    .collect(Collectors.joining(",")));
        }
        return text.toString();
    }

    /** redis-hive knows five states; everything that is not ready is N. */
    static char letter(NodeState state) {
        return switch (state) {
            case ALONE -> 'A';
            case PROPOSING -> 'P';
            case LEADING -> 'L';
            case FOLLOWING -> 'F';
            case NOT_READY, LEAVING, FENCED -> 'N';
        };
    }
}
