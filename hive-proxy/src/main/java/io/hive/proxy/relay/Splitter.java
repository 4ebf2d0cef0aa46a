package io.hive.proxy.relay;

import io.hive.proxy.command.CommandSpec;
import io.hive.proxy.command.CommandTable;
import io.hive.proxy.resp.RequestFramer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Cuts what was sent over a connection, and not answered, into its commands again. */
final class Splitter implements InFlight.Visitor {
    private final List<Taken> commands = new ArrayList<>();
    private final RequestFramer requests;
    private final Outbox outbox;
    private final int sent;
    private int offset;

    private Splitter(CommandTable table, Outbox outbox) {
        requests = new RequestFramer(table);
        this.outbox = outbox;
        sent = outbox.sent();
    }

    /** The commands under way, in the order they were sent in. */
    static List<Taken> split(CommandTable table, InFlight inFlight, Outbox outbox) {
        Splitter splitter = new Splitter(table, outbox);
        inFlight.forEach(splitter);
        return splitter.commands;
    }

    @Override
    public void entry(@Nullable Session owner, Tag tag, int count, int answered, int length) {
        if (tag == Tag.LARGE) {
            commands.add(new Taken(owner, tag, null, true));
            return;
        }
        byte[] bytes = outbox.copy(offset, length);
        int sentHere = sent - offset;
        offset += length;
        int begin = 0;
        int nth = 0;
        while (begin < length) {
            RequestFramer.Event event = requests.next(bytes, begin, length);
            int end = requests.position();
            if (event == RequestFramer.Event.COMMAND) {
                if (nth++ >= answered) {
                    commands.add(new Taken(owner, tag, item(bytes, begin, end), begin < sentHere));
                }
            } else if (event == RequestFramer.Event.MORE) {
                // The last one is not sent whole.
                commands.add(new Taken(owner, Tag.LARGE, null, true));
            } else if (event == RequestFramer.Event.FAULT) {
                throw new IllegalStateException("what was sent are no commands");
            }
            begin = end;
        }
    }

    private Item item(byte[] bytes, int begin, int end) {
        CommandSpec spec = requests.spec();
        if (spec == null) {
            throw new IllegalStateException("a whole command has a name");
        }
        byte[] one = new byte[end - begin];
        System.arraycopy(bytes, begin, one, 0, one.length);
        return Item.again(spec, requests.words(), one);
    }
}
