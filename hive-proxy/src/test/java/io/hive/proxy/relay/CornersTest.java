package io.hive.proxy.relay;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.hive.proxy.demo.RedisServer;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Bytes that few clients send, to a server directly and to an identical one through the relay: what
 * comes back is the same, and so is whether the connection is closed.
 *
 * <p>Hive is stricter in one thing: a command has 1,048,576 words at most, as with Redis up to 6.2.
 * Not here is what depends on how much a server has read when it closes.
 */
@ExtendWith(Leaks.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CornersTest {
    private static final int TIMEOUT_MILLIS = 10_000;
    private static final String MARKER = "the marker";
    private static final String LAST = "PING \"" + MARKER + "\"\r\n";

    private RelayHarness hive;
    private RedisServer plain;

    @BeforeAll
    void begin() {
        hive = new RelayHarness();
        plain = hive.redis("--enable-debug-command", "yes");
        hive.master("--enable-debug-command", "yes");
    }

    @AfterAll
    void end() {
        hive.close();
    }

    static Stream<String> scripts() {
        return Stream.of(
                // The protocol.
                "",
                "\r\n\r\n\r\n",
                "\n\n",
                "*0\r\n*-1\r\n*-10\r\n",
                "PING\nPING\r\nping\n",
                "  PING  \r\n\tPING\r\n",
                "ECHO \"a\\x00\\n\\\"b\"\r\nECHO 'it''s'\r\n",
                "ECHO 'it\\'s'\r\n",
                "ECHO \"unbalanced\r\n",
                "ECHO \"a\"b\r\n",
                "$4\r\nPING\r\n",
                "*1\r\n$4\r\nPING\r\n*1\r\n$4\r\nPinG\r\n",
                "*2\r\n$4\r\nECHO\r\n$0\r\n\r\n",
                "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$-1\r\nPING\r\n",
                "*1\r\n$-1\r\n",
                "*1\r\n$536870913\r\n",
                "*2147483648\r\n",
                "*x\r\n",
                "*1x\r\n",
                "* 1\r\n",
                "*1\r\n$x\r\n",
                "*1\r\n+PING\r\n",
                "*1\r\nPING\r\n",
                "*2\r\n$3\r\nGET\r\n:1\r\n",
                "*1\r\n$0\r\n\r\n",
                "*1\r\n$5\r\nP\r\nNG\r\n",
                "*" + "1".repeat(70_000),
                "*1\r\n$" + "1".repeat(70_000),
                "PING\r\n*1\r\n+x\r\nPING\r\nPING\r\n",
                // Names.
                "nosuch a b c\r\n",
                "nosuch " + "long".repeat(100) + " " + "arguments".repeat(50) + "\r\n",
                "GET\r\nGET a b\r\nSET k\r\n",
                "*1\r\n$2\r\n\r\n\r\n",
                "CLIENT\r\nCLIENT nosuch\r\nCLIENT NOSUCH x\r\nCONFIG\r\nOBJECT\r\n",
                "SUBSCRIBE\r\nMULTI x\r\nEXEC x\r\nSELECT\r\nAUTH\r\nQUIET\r\n",
                // How a connection ends.
                "QUIT\r\n",
                "PING\r\nquit\r\nPING\r\n",
                "QUIT now\r\n",
                "MULTI\r\nPING\r\nQUIT\r\n",
                "SUBSCRIBE a\r\nQUIT\r\n",
                "*1\r\n$4\r\nQUIT\r\n*1\r\n$4\r\nPING\r\n",
                "POST / HTTP/1.1\r\nHost: x\r\n\r\n",
                "HOST: x\r\nPING\r\n",
                "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
                "POST k v\r\n",
                // Profiles.
                "HELLO 2\r\nHELLO\r\nHELLO 3\r\nHELLO 2\r\n",
                "HELLO 1\r\nHELLO 4\r\nHELLO x\r\nHELLO 3 x\r\nHELLO 3 AUTH a\r\n",
                "HELLO 3 AUTH default x SETNAME me\r\nCLIENT GETNAME\r\nGET none\r\nRESET\r\n",
                "HELLO 3 AUTH nobody x\r\nGET none\r\nHELLO 2 SETNAME \"a b\"\r\nGET none\r\n",
                "HELLO 3 SETNAME me\r\nHELLO 2\r\nCLIENT GETNAME\r\nHELLO 2 SETNAME \"\"\r\n"
                        + "CLIENT GETNAME\r\n",
                "AUTH x\r\nAUTH default x\r\nAUTH nobody x\r\nAUTH a b c\r\nACL WHOAMI\r\n",
                "SELECT 1\r\nSET k one\r\nSELECT 0\r\nGET k\r\nSELECT 1\r\nGET k\r\nFLUSHDB\r\n",
                "SELECT 99\r\nSELECT x\r\nSELECT -1\r\nSELECT 1 2\r\nGET k\r\n",
                "SELECT 1\r\nSELECT 99\r\nSET k 1\r\nGET k\r\nFLUSHDB\r\nSELECT 0\r\nGET k\r\n",
                "MULTI\r\nSELECT 2\r\nSET k two\r\nEXEC\r\nGET k\r\nFLUSHDB\r\nSELECT 0\r\nGET k\r\n",
                "MULTI\r\nSELECT 2\r\nDISCARD\r\nSET k zero\r\nSELECT 0\r\nGET k\r\nDEL k\r\n",
                "MULTI\r\nHELLO 3\r\nGET none\r\nEXEC\r\nGET none\r\nHELLO 2\r\n",
                "MULTI\r\nCLIENT SETNAME inside\r\nCLIENT GETNAME\r\nEXEC\r\nCLIENT GETNAME\r\n",
                "MULTI\r\nAUTH default x\r\nACL WHOAMI\r\nEXEC\r\nACL WHOAMI\r\n",
                "MULTI\r\nRESET\r\nPING\r\nEXEC\r\n",
                "SELECT 3\r\nCLIENT SETNAME me\r\nRESET\r\nCLIENT GETNAME\r\nSET k 0\r\n"
                        + "SELECT 0\r\nDEL k\r\n",
                "HELLO 3\r\nSUBSCRIBE a\r\nRESET\r\nGET none\r\n",
                "SUBSCRIBE a\r\nPSUBSCRIBE b*\r\nRESET\r\nGET none\r\n",
                "CLIENT SETNAME me\r\nCLIENT GETNAME\r\nCLIENT SETNAME \"a b\"\r\n"
                        + "CLIENT GETNAME\r\nCLIENT SETNAME \"\"\r\nCLIENT GETNAME\r\n",
                "CLIENT SETINFO lib-name x\r\nCLIENT NO-TOUCH on\r\nCLIENT MAINT_NOTIFICATIONS on\r\n",
                "EVAL \"return redis.call('SELECT', 1)\" 0\r\nSET k e\r\nGET k\r\nDEL k\r\n",
                // Transactions.
                "EXEC\r\nDISCARD\r\nMULTI\r\nMULTI\r\nEXEC\r\nEXEC\r\n",
                "MULTI\r\nEXEC\r\nMULTI\r\nDISCARD\r\n",
                "MULTI\r\nINCR n\r\nLPOP n\r\nDEL n\r\nEXEC\r\n",
                "MULTI\r\nnosuch\r\nINCR n\r\nEXEC\r\nGET n\r\n",
                "MULTI\r\nWATCH k\r\nBLPOP none 0\r\nWAIT 1 0\r\nEXEC\r\n",
                "WATCH k\r\nSET k 1\r\nMULTI\r\nPING\r\nEXEC\r\nDEL k\r\n",
                "WATCH k\r\nUNWATCH\r\nSET k 1\r\nMULTI\r\nPING\r\nEXEC\r\nDEL k\r\n",
                "WATCH k\r\nSET k 1\r\nMULTI\r\nDISCARD\r\nMULTI\r\nPING\r\nEXEC\r\nDEL k\r\n",
                "WATCH k\r\nSELECT 1\r\nSET k 1\r\nMULTI\r\nPING\r\nEXEC\r\nDEL k\r\nSELECT 0\r\n",
                "MULTI x\r\nINCR n\r\nEXEC\r\nDEL n\r\n",
                "MULTI\r\nEXEC x\r\nINCR n\r\nEXEC\r\nDEL n\r\n",
                "MULTI\r\nDISCARD x\r\nEXEC\r\n",
                "MULTI\r\nSUBSCRIBE a\r\nEXEC\r\nUNSUBSCRIBE a\r\n",
                "MULTI\r\nSUBSCRIBE a b\r\nEXEC\r\nUNSUBSCRIBE a\r\nUNSUBSCRIBE b\r\n",
                "HELLO 3\r\nMULTI\r\nSUBSCRIBE a\r\nEXEC\r\nUNSUBSCRIBE a\r\n",
                "MULTI\r\nPUBLISH a b\r\nEXEC\r\n",
                // Messages.
                "UNSUBSCRIBE\r\nPUNSUBSCRIBE\r\nSUNSUBSCRIBE\r\nUNSUBSCRIBE a b\r\nGET none\r\n",
                "SUBSCRIBE a a b\r\nGET none\r\nPING\r\nPING x\r\nPUBLISH a x\r\nUNSUBSCRIBE a b\r\n"
                        + "GET none\r\n",
                "PSUBSCRIBE a* b*\r\nMULTI\r\nPUNSUBSCRIBE b* a*\r\nMULTI\r\nEXEC\r\n",
                "SSUBSCRIBE a\r\nSPUBLISH a x\r\nSUNSUBSCRIBE a\r\nSPUBLISH a x\r\n",
                "SUBSCRIBE a\r\nSUBSCRIBE\r\nUNSUBSCRIBE b\r\nUNSUBSCRIBE a\r\n",
                "HELLO 3\r\nSUBSCRIBE a\r\nPUBLISH a x\r\nGET none\r\nPSUBSCRIBE a*\r\n"
                        + "PUBLISH a y\r\nPING\r\nUNSUBSCRIBE\r\nPUBLISH a z\r\nPUNSUBSCRIBE\r\n",
                "SUBSCRIBE a\r\nHELLO 3\r\nUNSUBSCRIBE a\r\n",
                "HELLO 3\r\nSUBSCRIBE a\r\nHELLO 2\r\nGET k\r\nUNSUBSCRIBE a\r\n",
                // Answers that are off.
                "CLIENT REPLY SKIP\r\nPING\r\nPING a\r\n",
                "CLIENT REPLY SKIP\r\nCLIENT REPLY SKIP\r\nPING\r\nPING a\r\n",
                "CLIENT REPLY OFF\r\nPING\r\nnosuch\r\nGET\r\nclient reply on\r\nPING a\r\n",
                "CLIENT REPLY OFF\r\nCLIENT REPLY SKIP\r\nCLIENT REPLY ON\r\nPING a\r\n",
                "CLIENT REPLY x\r\nCLIENT REPLY\r\nCLIENT REPLY ON ON\r\nPING a\r\n",
                "MULTI\r\nCLIENT REPLY SKIP\r\nPING\r\nEXEC\r\nPING a\r\n",
                "CLIENT REPLY SKIP\r\nMULTI\r\nPING\r\nEXEC\r\n",
                "CLIENT REPLY OFF\r\nMULTI\r\nPING\r\nEXEC\r\nCLIENT REPLY ON\r\n",
                "CLIENT REPLY SKIP\r\nSELECT 1\r\nSET k 1\r\nGET k\r\nDEL k\r\n",
                "CLIENT REPLY SKIP\r\nBLPOP none 0.01\r\nPING a\r\n",
                "CLIENT REPLY OFF\r\nRESET\r\nPING\r\n",
                "CLIENT REPLY OFF\r\nSELECT 1\r\nHELLO 3\r\nCLIENT REPLY ON\r\nGET none\r\nHELLO 2\r\n",
                // What waits.
                "RPUSH l a b c\r\nBLPOP l 0\r\nBRPOP l 0\r\nBLMOVE l m LEFT LEFT 0\r\nDEL m\r\n",
                "BLPOP none 0.05\r\nPING\r\nBLPOP none x\r\nBLPOP none -1\r\nBLPOP none\r\n",
                "SET s x\r\nBLPOP s 0\r\nDEL s\r\nBZPOPMIN none 0.01\r\nBLMPOP 0.01 1 none LEFT\r\n",
                "WAIT 0 0\r\nWAIT 1 20\r\nWAIT x 0\r\nWAIT\r\n",
                "XADD x 1-1 a b\r\nXREAD BLOCK 0 STREAMS x 0\r\nXREAD BLOCK 20 STREAMS x $\r\n"
                        + "XREAD STREAMS x\r\nDEL x\r\n",
                // Client-side caches.
                "CLIENT TRACKING on\r\nCLIENT TRACKING off\r\nCLIENT CACHING yes\r\n",
                "HELLO 3\r\nCLIENT TRACKING on\r\nGET k\r\nSET k 1\r\nSET k 2\r\nGET k\r\nDEL k\r\n"
                        + "CLIENT TRACKING off\r\nHELLO 2\r\n",
                "HELLO 3\r\nCLIENT TRACKING on NOLOOP\r\nGET k\r\nSET k 1\r\nDEL k\r\n"
                        + "CLIENT TRACKINGINFO\r\nCLIENT TRACKING off\r\nCLIENT TRACKINGINFO\r\n",
                "HELLO 3\r\nCLIENT TRACKING on OPTIN\r\nCLIENT CACHING yes\r\nGET k\r\nSET k 1\r\n"
                        + "GET k\r\nSET k 2\r\nDEL k\r\nCLIENT TRACKING off\r\n",
                "HELLO 3\r\nCLIENT TRACKING on\r\nGET k\r\nMULTI\r\nSET k 1\r\nEXEC\r\nGET k\r\n"
                        + "FLUSHDB\r\nRESET\r\nCLIENT TRACKINGINFO\r\n",
                // Types of RESP3.
                "HELLO 3\r\nDEBUG PROTOCOL attrib\r\nDEBUG PROTOCOL map\r\nDEBUG PROTOCOL set\r\n"
                        + "DEBUG PROTOCOL double\r\nDEBUG PROTOCOL bignum\r\nDEBUG PROTOCOL null\r\n"
                        + "DEBUG PROTOCOL true\r\nDEBUG PROTOCOL verbatim\r\nPING a\r\n",
                "ZADD z 1.5 m inf n\r\nHELLO 3\r\nZRANGE z 0 -1 WITHSCORES\r\nZSCORE z n\r\nDEL z\r\n"
                        + "LOLWUT x\r\n");
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void theSameBytes(String script) throws IOException {
        List<String> texts = List.of(script + LAST, script.replace("\r\n", "\r\n\r\n") + LAST);
        // Empty lines between commands change nothing, and must not; within one they do.
        for (String text : script.contains("*") ? texts.subList(0, 1) : texts) {
            InetSocketAddress direct = new InetSocketAddress(plain.address(), plain.port());
            String expected = answered(direct, text, text.length());
            assertThat(answered(hive.address(), text, text.length())).as("at once").isEqualTo(expected);
            if (text.length() < 1000) {
                assertThat(answered(hive.address(), text, 1)).as("in bytes").isEqualTo(expected);
                assertThat(answered(hive.address(), text, 7)).as("in sevens").isEqualTo(expected);
            }
        }
    }

    /** All that comes, up to the answer to the last command or the end; as a person reads it. */
    private static String answered(InetSocketAddress to, String text, int piece) throws IOException {
        StringBuilder got = new StringBuilder();
        try (Socket socket = new Socket()) {
            socket.connect(to, TIMEOUT_MILLIS);
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            Thread writer = Thread.ofVirtual().start(() -> send(socket, text, piece));
            BufferedInputStream in = new BufferedInputStream(socket.getInputStream());
            while (true) {
                int next = in.read();
                if (next < 0) {
                    got.append("(closed)");
                    break;
                }
                got.append((char) next);
                if (next == '\n' && got.toString().endsWith(MARKER + "\r\n")) {
                    break;
                }
            }
            join(writer);
        } catch (SocketException _) {
            got.append("(closed)");
        }
        return Printed.of(got.toString().replaceAll("id\r\n:\\d+", "id\r\n:"));
    }

    private static void send(Socket socket, String text, int piece) {
        byte[] bytes = text.getBytes(ISO_8859_1);
        try {
            for (int at = 0; at < bytes.length; at += piece) {
                socket.getOutputStream().write(bytes, at, Math.min(piece, bytes.length - at));
            }
        } catch (SocketException _) {
            // The other side has closed it: what came before counts.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
