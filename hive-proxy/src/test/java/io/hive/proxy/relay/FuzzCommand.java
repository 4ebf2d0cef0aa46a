package io.hive.proxy.relay;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.List;
import java.util.stream.Stream;

/**
 * A command that a fuzzed client may send. In its words {@code %m} is the client's marker, {@code
 * %k} a key of its own and {@code %q} one that all have.
 */
record FuzzCommand(List<String> words) {
    /** Each is answered at once, and once. */
    private static final List<String> ONCE =
            List.of(
                    "ECHO %m",
                    "SET %k %m",
                    "GET %k",
                    "INCR n%k",
                    "PING",
                    "PING %m",
                    "SELECT 0",
                    "SELECT 1",
                    "SELECT 99",
                    "SELECT x",
                    "HELLO",
                    "HELLO 2",
                    "HELLO 3",
                    "HELLO 4",
                    "HELLO 3 AUTH fuzz secret SETNAME n",
                    "HELLO 2 AUTH fuzz wrong",
                    "AUTH fuzz secret",
                    "AUTH fuzz wrong",
                    "AUTH default any",
                    "RESET",
                    "MULTI",
                    "EXEC",
                    "DISCARD",
                    "MULTI x",
                    "EXEC x",
                    "WATCH %k",
                    "WATCH",
                    "UNWATCH",
                    "BLPOP %q 0.001",
                    "BLMOVE %q %q LEFT RIGHT 0.001",
                    "BLPOP %q x",
                    "LPUSH %q v",
                    "LPOP %q",
                    "PUBLISH ch v",
                    "SPUBLISH ch v",
                    "CLIENT SETNAME x",
                    "CLIENT SETNAME a\\b",
                    "CLIENT GETNAME",
                    "CLIENT ID",
                    "CLIENT INFO",
                    "CLIENT TRACKING ON",
                    "CLIENT TRACKING OFF",
                    "CLIENT TRACKING ON BCAST",
                    "CLIENT TRACKING ON OPTIN",
                    "CLIENT CACHING YES",
                    "CLIENT NO-EVICT ON",
                    "CLIENT",
                    "CLIENT REPLY",
                    "CLIENT REPLY x",
                    "WAIT 0 0",
                    "WAIT 1 2",
                    "WAIT x y",
                    "SCAN 0 COUNT 3",
                    "SCAN 7",
                    "XADD x%q * f v",
                    "XREAD BLOCK 1 STREAMS x%q $",
                    "XREAD COUNT 1 STREAMS x%q 0",
                    "XREAD BLOCK 1 STREAMS %q $",
                    "XREAD BLOCK 1 STREAMS x%q",
                    "EVAL return(ARGV[1]) 0 %m",
                    "EVAL x 0",
                    "SCRIPT EXISTS a",
                    "SHUTDOWN",
                    "REPLICAOF a 1",
                    "SYNC",
                    "CONFIG SET a b",
                    "DEBUG SLEEP 9",
                    "CLIENT KILL ID 1",
                    "CLIENT PAUSE 9",
                    "FLUSHALL",
                    "FOO %m",
                    "COMMAND COUNT",
                    "GET",
                    "GET a b",
                    "SETRANGE %k 3000 x",
                    "APPEND %k %m",
                    "READONLY",
                    "OBJECT ENCODING %k",
                    "UNSUBSCRIBE a b c d e f g h i j k l m n %m");

    /** Where answers may come never, or several for one command, until RESET. */
    private static final List<String> MODES =
            List.of(
                    "SUBSCRIBE ch",
                    "SUBSCRIBE ch a b",
                    "SUBSCRIBE",
                    "PSUBSCRIBE c*",
                    "SSUBSCRIBE ch",
                    "UNSUBSCRIBE",
                    "UNSUBSCRIBE ch",
                    "PUNSUBSCRIBE",
                    "SUNSUBSCRIBE",
                    "CLIENT REPLY ON",
                    "CLIENT REPLY OFF",
                    "CLIENT REPLY SKIP",
                    "MONITOR");

    /** What may wait for ever. */
    private static final List<String> BLOCKING =
            List.of("BLPOP %q 0", "XREAD BLOCK 0 STREAMS x%q $", "BRPOP %q 1000");

    /** All that there are; a fuzzer's number modulo their count is one of them. */
    static List<FuzzCommand> all() {
        return Stream.of(ONCE, MODES, BLOCKING, List.of("QUIT"))
                .flatMap(List::stream)
                .map(FuzzCommand::of)
                .toList();
    }

    static FuzzCommand of(String line) {
        return new FuzzCommand(List.of(line.split(" ", -1)));
    }

    /** As an array of bulk strings. */
    static byte[] array(List<String> words) {
        StringBuilder text = new StringBuilder("*" + words.size() + "\r\n");
        for (String word : words) {
            text.append('$').append(word.length()).append("\r\n").append(word).append("\r\n");
        }
        return text.toString().getBytes(ISO_8859_1);
    }

    /** As a line. */
    static byte[] inline(List<String> words) {
        return (String.join(" ", words) + "\r\n").getBytes(ISO_8859_1);
    }
}
