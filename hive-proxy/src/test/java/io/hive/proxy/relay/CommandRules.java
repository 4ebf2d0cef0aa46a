package io.hive.proxy.relay;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How to make sensible commands of every kind that a server has, and how two identical servers'
 * replies to one compare. Which commands are made elsewhere, by what has to come with them, and
 * which not at all is listed, too.
 */
final class CommandRules {
    /** How replies compare. Errors compare whole, except for {@link #ANY}. */
    enum Compare {
        /** Byte by byte. */
        EXACT,
        /** Byte by byte, but for the order within aggregates. */
        SORTED,
        /** Without the numbers that are not negative: times, identifiers, sizes. */
        NUMBERS,
        /** Types, and how many parts each aggregate has. */
        SHAPE,
        /** The first byte. */
        TYPE,
        /** That there is one. */
        ANY;

        String form(Reply reply) {
            if (this != ANY && reply.isError()) {
                return reply.raw();
            }
            return switch (this) {
                case EXACT -> reply.raw();
                case SORTED -> reply.sorted();
                case NUMBERS -> reply.withoutNumbers();
                case SHAPE -> reply.shape();
                case TYPE -> "" + reply.type();
                case ANY -> "";
            };
        }
    }

    /**
     * A kind of command.
     *
     * @param compare how its replies do
     * @param global whether it touches or sees more than the keys it names
     * @param fixed whether it may not be changed at random: it might block, or diverge
     * @param blocking whether its last number is how long it blocks
     * @param once whether once is enough
     */
    record Rule(
            Grammar grammar,
            Compare compare,
            boolean global,
            boolean fixed,
            boolean blocking,
            boolean once) {}

    /**
     * Not sent at all, as the server lists them, with the reason. A name stands for its
     * subcommands, too.
     */
    static final Map<String, String> LEFT_OUT =
            Map.ofEntries(
                    Map.entry("shutdown", "refused by Hive; RelayTest"),
                    Map.entry("replicaof", "refused by Hive; RelayTest"),
                    Map.entry("slaveof", "refused by Hive; RelayTest"),
                    Map.entry("failover", "refused by Hive; RelayTest"),
                    Map.entry("psync", "refused by Hive; RelayTest"),
                    Map.entry("sync", "refused by Hive; RelayTest"),
                    Map.entry("config|rewrite", "refused by Hive; RelayTest"),
                    Map.entry("acl|save", "refused by Hive; RelayTest"),
                    Map.entry("acl|load", "refused by Hive; RelayTest"),
                    Map.entry("monitor", "all that the server does, with times; RelayTest"),
                    Map.entry("replconf", "part of the replication protocol, answered or not"));

    /** Made by scenes, since they change what comes after them. */
    static final Set<String> IN_SCENES =
            Set.of(
                    "multi",
                    "exec",
                    "discard",
                    "watch",
                    "unwatch",
                    "subscribe",
                    "psubscribe",
                    "ssubscribe",
                    "unsubscribe",
                    "punsubscribe",
                    "sunsubscribe",
                    "client|reply",
                    "client|tracking",
                    "reset",
                    "quit",
                    "hello",
                    "auth",
                    "acl|setuser",
                    "acl|deluser",
                    "script|load",
                    "script|flush",
                    "evalsha",
                    "evalsha_ro",
                    "function|load");

    /**
     * A rule a line. In front of it may be, after a colon: {@code ~} sorted, {@code #} numbers,
     * {@code ?} shape, {@code @} type, {@code *} any; {@code g} global, {@code x} fixed, {@code b}
     * blocking, {@code o} once.
     */
    private static final String TABLE =
            """
            APPEND <str> <v>
            BITCOUNT <bits> (<n> <n> (BYTE|BIT)?)?
            BITFIELD <bits> (GET <bf> <pos>|SET <bf> <pos> <n>|INCRBY <bf> <pos> <n>)+
            BITFIELD <bits> OVERFLOW (WRAP|SAT|FAIL) INCRBY <bf> <pos> <n>
            BITFIELD_RO <bits> (GET <bf> <pos>)+
            BITOP (AND|OR|XOR) <bits> (<bits>)+
            BITOP NOT <bits> <bits>
            BITPOS <bits> (0|1) (<n> (<n> (BYTE|BIT)?)?)?
            DECR <num>
            DECRBY <num> <n>
            GET <str>
            GETBIT <bits> <pos>
            GETDEL <str>
            GETEX <str> (EX <ttl>|PX <pttl>|EXAT <at>|PXAT <pat>|PERSIST)?
            GETRANGE <str> <n> <n>
            GETSET <str> <v>
            INCR <num>
            INCRBY <num> <n>
            INCRBYFLOAT <num> <score>
            LCS <str> <str> (LEN|IDX (MINMATCHLEN <pos>)? (WITHMATCHLEN)?)?
            MGET (<k>)+
            MSET (<str> <v>)+
            MSETNX (<str> <v>)+
            PSETEX <str> (<pttl>|0) <v>
            SET <str> <v>
            SET <str> <v> (NX|XX)? (GET)? (EX <ttl>|PX <pttl>|EXAT <at>|PXAT <pat>|KEEPTTL)?
            SETBIT <bits> <pos> (0|1|2)
            SETEX <str> (<ttl>|-1) <v>
            SETNX <str> <v>
            SETRANGE <str> <pos> <v>
            STRLEN <str>
            SUBSTR <str> <n> <n>

            COPY <k> <k> (DB (0|1))? (REPLACE)?
            DEL (<k>)+
            :@ DUMP <k>
            EXISTS (<k>)+
            EXPIRE <k> (<ttl>|-1|0) (NX|XX)?
            EXPIREAT <k> (<at>|1) (NX|XX|GT|LT)?
            :# EXPIRETIME <k>
            :~gx KEYS <glob>
            :gx MIGRATE 127.0.0.1 1 <none> 0 100
            :gx MIGRATE 127.0.0.1 1 <none> 0 100 KEYS <none>
            :g MOVE <k> (0|1|99)
            OBJECT ENCODING <k>
            OBJECT FREQ <k>
            OBJECT HELP
            :# OBJECT IDLETIME <k>
            OBJECT REFCOUNT <k>
            PERSIST <k>
            PEXPIRE <k> (<pttl>|-1) (NX|XX)?
            PEXPIREAT <k> (<pat>|1) (NX|XX|GT|LT)?
            :# PEXPIRETIME <k>
            :# PTTL <k>
            :?g RANDOMKEY
            RENAME <k> <k>
            RENAMENX <k> <k>
            RESTORE <k> (0|<pttl>) <dump> (REPLACE)?
            RESTORE-ASKING <k> 0 <dump> (REPLACE)?
            :~gx SCAN 0 COUNT 100000 (MATCH <glob>)? (TYPE (list|hash|string))?
            :x SCAN (x|-x)
            SORT <iset> (LIMIT <pos> <pos>)? (ASC|DESC)?
            SORT <k> ALPHA (GET <glob>|GET #)* (DESC)?
            :~ SORT <k> BY nosort
            SORT <list> STORE <list>
            SORT_RO <iset> (LIMIT <pos> <pos>)? (ASC|DESC)? (ALPHA)?
            TOUCH (<k>)+
            :# TTL <k>
            TYPE <k>
            UNLINK (<k>)+

            HDEL <hash> (<f>)+
            HEXISTS <hash> <f>
            HGET <hash> <f>
            :~ HGETALL <hash>
            HINCRBY <hash> <f> <n>
            HINCRBYFLOAT <hash> <f> <score>
            :~ HKEYS <hash>
            HLEN <hash>
            HMGET <hash> (<f>)+
            HMSET <hash> (<f> <v>)+
            :?x HRANDFIELD <hash>
            :?x HRANDFIELD <hash> (2|-3) (WITHVALUES)?
            :~x HRANDFIELD <hash> 1000 (WITHVALUES)?
            :~x HSCAN <hash> 0 COUNT 1000 (MATCH f*)?
            HSET <hash> (<f> <v>)+
            HSETNX <hash> <f> <v>
            HSTRLEN <hash> <f>
            :~ HVALS <hash>

            :b BLMOVE <list> <list> (LEFT|RIGHT) (LEFT|RIGHT) <wait>
            :b BLMPOP <wait> 2 <list> <list> (LEFT|RIGHT) (COUNT <pos>)?
            :b BLPOP (<list>)+ <wait>
            :b BRPOP (<list>)+ <wait>
            :b BRPOPLPUSH <list> <list> <wait>
            LINDEX <list> <n>
            LINSERT <list> (BEFORE|AFTER) <m> <v>
            LLEN <list>
            LMOVE <list> <list> (LEFT|RIGHT) (LEFT|RIGHT)
            LMPOP 2 <list> <list> (LEFT|RIGHT) (COUNT <pos>)?
            LPOP <list> (<pos>)?
            LPOS <list> <m> (RANK <n>)? (COUNT <pos>)? (MAXLEN <pos>)?
            LPUSH <list> (<v>)+
            LPUSHX <list> (<m>)+
            LRANGE <list> <n> <n>
            LREM <list> <n> <m>
            LSET <list> <n> <v>
            LTRIM <list> <n> <n>
            RPOP <list> (<pos>)?
            RPOPLPUSH <list> <list>
            RPUSH <list> (<m>|<v>)+
            RPUSHX <list> (<m>)+

            SADD <set> (<m>)+
            SADD <iset> (<im>)+
            SCARD <set>
            :~ SDIFF (<set>)+
            SDIFFSTORE <set> (<set>)+
            :~ SINTER (<set>)+
            SINTERCARD 2 <set> <set> (LIMIT <pos>)?
            SINTERSTORE <set> (<set>)+
            SISMEMBER <set> <m>
            :~ SMEMBERS <set>
            :~ SMEMBERS <iset>
            SMISMEMBER <set> (<m>)+
            SMOVE <set> <set> <m>
            :~x SPOP <set> 1000
            :?x SRANDMEMBER <set>
            :?x SRANDMEMBER <set> (2|-3)
            :~x SRANDMEMBER <set> 1000
            SREM <set> (<m>)+
            :~x SSCAN <set> 0 COUNT 1000 (MATCH m*)?
            :~ SUNION (<set>)+
            SUNIONSTORE <set> (<set>)+

            :b BZMPOP <wait> 2 <zset> <zset> (MIN|MAX) (COUNT <pos>)?
            :b BZPOPMAX (<zset>)+ <wait>
            :b BZPOPMIN (<zset>)+ <wait>
            ZADD <zset> (NX|XX)? (GT|LT)? (CH)? (INCR)? (<score> <m>)+
            ZADD <zset> (<score> <m>)+
            ZADD <lex> (0 <m>)+
            ZCARD <zset>
            ZCOUNT <zset> <min> <max>
            ZDIFF 2 <zset> <zset> (WITHSCORES)?
            ZDIFFSTORE <zset> 2 <zset> <zset>
            ZINCRBY <zset> <score> <m>
            ZINTER 2 <zset> <zset> (WEIGHTS 2 3)? (AGGREGATE (SUM|MIN|MAX))? (WITHSCORES)?
            ZINTERCARD 2 <zset> <zset> (LIMIT <pos>)?
            ZINTERSTORE <zset> 2 <zset> <zset>
            ZLEXCOUNT <lex> <lexmin> <lexmax>
            ZMPOP 2 <zset> <zset> (MIN|MAX) (COUNT <pos>)?
            ZMSCORE <zset> (<m>)+
            ZPOPMAX <zset> (<pos>)?
            ZPOPMIN <zset> (<pos>)?
            :?x ZRANDMEMBER <zset>
            :?x ZRANDMEMBER <zset> (2|-3) (WITHSCORES)?
            :~x ZRANDMEMBER <zset> 1000 (WITHSCORES)?
            ZRANGE <zset> <n> <n> (REV)? (WITHSCORES)?
            ZRANGE <zset> <min> <max> BYSCORE (LIMIT <pos> <pos>)? (WITHSCORES)?
            ZRANGEBYLEX <lex> <lexmin> <lexmax> (LIMIT <pos> <pos>)?
            ZRANGEBYSCORE <zset> <min> <max> (WITHSCORES)? (LIMIT <pos> <pos>)?
            ZRANGESTORE <zset> <zset> <n> <n>
            ZRANK <zset> <m>
            ZREM <zset> (<m>)+
            ZREMRANGEBYLEX <lex> <lexmin> <lexmax>
            ZREMRANGEBYRANK <zset> <n> <n>
            ZREMRANGEBYSCORE <zset> <min> <max>
            ZREVRANGE <zset> <n> <n> (WITHSCORES)?
            ZREVRANGEBYLEX <lex> <lexmax> <lexmin>
            ZREVRANGEBYSCORE <zset> <max> <min> (WITHSCORES)?
            ZREVRANK <zset> <m>
            :~x ZSCAN <zset> 0 COUNT 1000
            ZSCORE <zset> <m>
            ZUNION 2 <zset> <zset> (WITHSCORES)?
            ZUNIONSTORE <zset> 2 <zset> <zset> (AGGREGATE (SUM|MIN|MAX))?

            GEOADD <geo> (NX|XX)? (CH)? (<lon> <lat> <m>)+
            GEODIST <geo> <m> <m> (m|km|ft|mi)?
            GEOHASH <geo> (<m>)*
            GEOPOS <geo> (<m>)*
            GEORADIUS <geo> <lon> <lat> <pos> km (WITHCOORD)? (WITHDIST)? (COUNT 2)? (ASC|DESC)?
            GEORADIUS <geo> <lon> <lat> 900 km STORE <geo>
            GEORADIUS_RO <geo> <lon> <lat> 500 km (WITHHASH)? (ASC|DESC)?
            GEORADIUSBYMEMBER <geo> <m> 1000 km (WITHDIST)? (ASC|DESC)?
            GEORADIUSBYMEMBER_RO <geo> <m> 1000 km (WITHDIST)? (ASC|DESC)?
            GEOSEARCH <geo> FROMMEMBER <m> BYRADIUS 1000 km (ASC|DESC) (COUNT 3)?
            GEOSEARCH <geo> FROMLONLAT <lon> <lat> BYBOX 900 900 km (WITHDIST)?
            GEOSEARCHSTORE <geo> <geo> FROMMEMBER <m> BYRADIUS 1000 km (STOREDIST)?

            PFADD <hll> (<m>)*
            PFCOUNT (<hll>)+
            PFDEBUG (GETREG|ENCODING|TODENSE) <hll>
            PFMERGE <hll> (<hll>)+
            :og PFSELFTEST

            XACK <stream> <group> (<sid>)+
            XADD <stream> (NOMKSTREAM)? (MAXLEN ~ 10|MINID 1)? <newsid> (<f> <v>)+
            :?x XADD <auto> * (<f> <v>)+
            XAUTOCLAIM <stream> <group> <cons> 0 0 (COUNT 2)? (JUSTID)?
            XCLAIM <stream> <group> <cons> (0|1000000000) (<sid>)+ (FORCE)? (JUSTID)?
            XDEL <stream> (<sid>)+
            XGROUP CREATE <stream> <group> (0|$|<sid>) (MKSTREAM)?
            XGROUP CREATECONSUMER <stream> <group> <cons>
            XGROUP DELCONSUMER <stream> <group> <cons>
            XGROUP DESTROY <stream> g3
            XGROUP HELP
            XGROUP SETID <stream> <group> (0|<sid>)
            :# XINFO CONSUMERS <stream> <group>
            XINFO GROUPS <stream>
            XINFO HELP
            XINFO STREAM <stream>
            :# XINFO STREAM <stream> FULL (COUNT 2)?
            XLEN <stream>
            XPENDING <stream> <group>
            :# XPENDING <stream> <group> - + 5 (<cons>)?
            XRANGE <stream> (-|<sid>) (+|<sid>) (COUNT <pos>)?
            :b XREAD (COUNT <pos>)? (BLOCK 10)? STREAMS <stream> (0|$|<sid>)
            :b XREAD (COUNT 2)? STREAMS <stream> <stream> 0 <sid>
            :b XREADGROUP GROUP <group> <cons> (COUNT 2)? (BLOCK 10)? (NOACK)? STREAMS <stream> (>|0)
            XREVRANGE <stream> (+|<sid>) (-|<sid>) (COUNT <pos>)?
            XSETID <stream> 900000-1
            XTRIM <stream> MAXLEN (~)? (5|100)

            :x EVAL <lua-get> 1 <str>
            :x EVAL <lua-set> 1 <str> <v>
            :x EVAL <lua-types> 0
            :x EVAL <lua-error> 1 <list>
            :x EVAL <lua-resp3> 1 <hash>
            EVAL <lua-get> (2|-1|x) <str>
            EVAL <v> 0
            :x EVAL_RO <lua-get> 1 <str>
            :x EVAL_RO <lua-set> 1 <str> <v>
            :x FCALL (read|change|none) 1 <str>
            :x FCALL_RO (read|change|none) 1 <str>
            :gx FUNCTION DELETE (none|two)
            :@gx FUNCTION DUMP
            :gx FUNCTION FLUSH (x|ASYNC|SYNC) (x)?
            :x FUNCTION HELP
            :x FUNCTION KILL
            :~gx FUNCTION LIST (WITHCODE)?
            :gx FUNCTION RESTORE x
            :?gx FUNCTION STATS
            :g SCRIPT EXISTS (<sha>)+
            :*x SCRIPT DEBUG (NO|x)
            :x SCRIPT HELP
            :x SCRIPT KILL

            :@x ACL CAT
            :~x ACL CAT (geo|nosuch)
            :x ACL DRYRUN default (GET|nosuch) k
            :?x ACL GENPASS (5|x)?
            :~gx ACL GETUSER (default|nobody)
            :x ACL HELP
            :gx ACL LIST
            :@x ACL LOG (5|RESET)?
            :gx ACL USERS
            :x ACL WHOAMI
            ASKING
            :*go BGREWRITEAOF
            :*go BGSAVE
            :x CLIENT CACHING (YES|NO)
            :x CLIENT GETNAME
            :x CLIENT GETREDIR
            :x CLIENT HELP
            :#x CLIENT ID
            :@x CLIENT INFO
            :x CLIENT KILL (ID 999999999|ADDR 1.2.3.4:5 SKIPME yes|1.2.3.4:5|USER nobody|TYPE x)
            :@x CLIENT LIST (TYPE (normal|pubsub|x)|ID 1 2)?
            :x CLIENT NO-EVICT (on|off|x)
            :gx CLIENT PAUSE (1|x) (WRITE|ALL)?
            :x CLIENT SETNAME (<m>|<v>|)
            :x CLIENT TRACKINGINFO
            :x CLIENT UNBLOCK 999999999 (TIMEOUT|ERROR)?
            :gx CLIENT UNPAUSE
            CLUSTER ADDSLOTS 1
            CLUSTER ADDSLOTSRANGE 1 2
            CLUSTER BUMPEPOCH
            CLUSTER COUNT-FAILURE-REPORTS x
            CLUSTER COUNTKEYSINSLOT 1
            CLUSTER DELSLOTS 1
            CLUSTER DELSLOTSRANGE 1 2
            CLUSTER FAILOVER
            CLUSTER FLUSHSLOTS
            CLUSTER FORGET x
            CLUSTER GETKEYSINSLOT 1 1
            CLUSTER HELP
            CLUSTER INFO
            CLUSTER KEYSLOT <v>
            CLUSTER LINKS
            CLUSTER MEET 127.0.0.1 1
            CLUSTER MYID
            CLUSTER NODES
            CLUSTER REPLICAS x
            CLUSTER REPLICATE x
            CLUSTER RESET
            CLUSTER SAVECONFIG
            CLUSTER SET-CONFIG-EPOCH 1
            CLUSTER SETSLOT 1 STABLE
            CLUSTER SHARDS
            CLUSTER SLAVES x
            CLUSTER SLOTS
            :~ox COMMAND
            :x COMMAND COUNT
            :~x COMMAND DOCS (get|nosuch)+
            :~ox COMMAND DOCS
            COMMAND GETKEYS (SET k v|GET|EVAL x 2 a b|nosuch)
            :~ COMMAND GETKEYSANDFLAGS SET k v
            :x COMMAND HELP
            :~x COMMAND INFO (get|client|nosuch)*
            :~ox COMMAND LIST
            :~x COMMAND LIST FILTERBY (MODULE x|ACLCAT geo|PATTERN x*|nosuch x)
            :~gx CONFIG GET (maxmemory*|appendonly|nosuch)
            CONFIG HELP
            :gx CONFIG RESETSTAT
            :gx CONFIG SET (slowlog-max-len (100|x)|nosuch 1|lfu-log-factor 10)
            :g DBSIZE
            :x DEBUG PROTOCOL (string|integer|double|null|array|set|map|attrib)
            :x DEBUG PROTOCOL (verbatim|true|false|bignum|nosuch)
            :x DEBUG (STRINGMATCH-LEN 10 a*|CHANGE-REPL-ID x|nosuch)
            ECHO <v>
            :gx FLUSHALL (ASYNC|SYNC|x)?
            :gx FLUSHDB (ASYNC|SYNC|x)?
            :@x INFO (server|all|nosuch|clients memory)?
            :#x LASTSAVE
            :@x LATENCY DOCTOR
            :x LATENCY GRAPH command
            :x LATENCY HELP
            :@x LATENCY HISTOGRAM (get)?
            :x LATENCY HISTORY command
            :x LATENCY LATEST
            :x LATENCY RESET
            :@x LOLWUT (VERSION (5|6|x))?
            :@x MEMORY DOCTOR
            :x MEMORY HELP
            :@x MEMORY MALLOC-STATS
            :x MEMORY PURGE
            :@x MEMORY STATS
            :#x MEMORY USAGE <k> (SAMPLES (0|2))?
            :x MODULE HELP
            :x MODULE LIST
            :x MODULE LOAD x
            :x MODULE LOADEX x
            :x MODULE UNLOAD x
            PING (<v>)?
            PUBLISH <ch> <v>
            :~g PUBSUB CHANNELS (<glob>)?
            PUBSUB HELP
            :g PUBSUB NUMPAT
            PUBSUB NUMSUB (<ch>)*
            :~g PUBSUB SHARDCHANNELS (<glob>)?
            PUBSUB SHARDNUMSUB (<ch>)*
            READONLY
            READWRITE
            :#x ROLE
            :*og SAVE
            :x SELECT (0|0|0|1|99|x)
            :x SLOWLOG GET (5)?
            :x SLOWLOG HELP
            :x SLOWLOG LEN
            :x SLOWLOG RESET
            SPUBLISH <ch> <v>
            :gx SWAPDB (0 1|0 99|x 0)
            :?x TIME
            :x WAIT (0|1) 10
            :x nosuch <v> <v>
            :x <name> <v>
            """;

    private CommandRules() {}

    /** All rules of the table, anew. */
    static List<Rule> all() {
        List<Rule> rules = new ArrayList<>();
        for (String line : TABLE.lines().filter(each -> !each.isBlank()).toList()) {
            boolean flagged = line.startsWith(":");
            String flags = flagged ? line.substring(1, line.indexOf(' ')) : "";
            Grammar grammar = new Grammar(flagged ? line.substring(flags.length() + 2) : line);
            rules.add(
                    new Rule(
                            grammar,
                            compare(flags),
                            flags.contains("g"),
                            flags.contains("x"),
                            flags.contains("b"),
                            flags.contains("o")));
        }
        return rules;
    }

    private static Compare compare(String flags) {
        return switch (flags.isEmpty() ? ' ' : flags.charAt(0)) {
            case '~' -> Compare.SORTED;
            case '#' -> Compare.NUMBERS;
            case '?' -> Compare.SHAPE;
            case '@' -> Compare.TYPE;
            case '*' -> Compare.ANY;
            default -> Compare.EXACT;
        };
    }
}
