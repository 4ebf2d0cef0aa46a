package io.hive.proxy.relay;

import io.hive.proxy.command.CommandTable;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is known of the master's commands: what the master itself says, once one of its connections
 * has asked it, and until then what the last one said, or what Redis 7.0 has. Any event loop.
 */
final class KnownCommands {
    private static final Logger LOG = LoggerFactory.getLogger(KnownCommands.class);

    private final AtomicReference<@Nullable Target> asked = new AtomicReference<>();
    private final UnaryOperator<CommandTable> rules;
    private volatile CommandTable table;
    private volatile boolean learned;

    /**
     * Nothing is known but what Redis 7.0 has.
     *
     * @param rules what is made of what is known
     */
    KnownCommands(UnaryOperator<CommandTable> rules) {
        this.rules = rules;
        table = rules.apply(CommandTable.builtin());
    }

    CommandTable table() {
        return table;
    }

    /** Whether any master has told its commands. */
    boolean learned() {
        return learned;
    }

    /** Whether the caller is the one to ask this master. */
    boolean claim(Target target) {
        Target before = asked.get();
        return !target.equals(before) && asked.compareAndSet(before, target);
    }

    /** Takes the master's answer to {@code COMMAND}; an error leaves things as they are. */
    void learn(Target target, byte[] reply) {
        if (reply[0] == '-') {
            // A client that may not ask, or has not logged in: the next lane asks again.
            asked.compareAndSet(target, null);
            return;
        }
        try {
            table = rules.apply(CommandTable.fromServer(reply, 0, reply.length));
            learned = true;
        } catch (IllegalArgumentException e) {
            LOG.warn(
                    "{} answers COMMAND with what is no list of commands ({}); those that were"
                            + " known before are used",
                    target.master(),
                    e.getMessage());
        }
    }
}
