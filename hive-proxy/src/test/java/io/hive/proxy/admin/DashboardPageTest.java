package io.hive.proxy.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.hive.core.node.NodeId;
import io.hive.core.node.NodeState;
import io.hive.core.settings.AdminSettings;
import io.hive.core.settings.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The page in a real browser, with statuses that are made up. */
class DashboardPageTest {
    private static final String EVIL = "<img src=x onerror=\"document.title='broken'\">";

    /** How far the colours of text and of what is behind it are apart, for every text there is. */
    private static final String FAINTEST =
            """
            (() => {
              const parse = (c) => (c.match(/[\\d.]+/g) ?? []).map(Number);
              const light = (c) => {
                const [r, g, b] = parse(c).map((v) => v / 255)
                  .map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
                return 0.2126 * r + 0.7152 * g + 0.0722 * b;
              };
              const behind = (node) => {
                for (let n = node; n; n = n.parentElement) {
                  const c = getComputedStyle(n).backgroundColor;
                  const parts = parse(c);
                  if (parts.length === 3 || parts[3] > 0) return c;
                }
                return "rgb(255, 255, 255)";
              };
              let worst = [99, ""];
              for (const node of document.querySelectorAll("body *")) {
                const own = [...node.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
                if (!own || !node.checkVisibility() || node.disabled) continue;
                const style = getComputedStyle(node);
                const drawn = node.namespaceURI.endsWith("svg") ? style.fill : style.color;
                const [a, b] = [light(drawn), light(behind(node))];
                const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
                if (ratio < worst[0]) worst = [ratio, node.outerHTML.slice(0, 120)];
              }
              return worst.join(" ");
            })()
            """;

    private final FakeSource source = new FakeSource();
    @TempDir private Path folder;
    private Browser browser;
    private AdminServer server;

    @BeforeEach
    void start() throws IOException {
        assumeTrue(
                Browser.installed().isPresent(),
                "no Chromium on the PATH: the dashboard is not tested (apt-get install chromium)");
        browser = new Browser(Browser.installed().orElseThrow(), folder);
        server = serve(new AdminSettings(null, null));
    }

    private AdminServer serve(AdminSettings settings) {
        return AdminServer.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                settings,
                source,
                new FakeHandovers(),
                () -> "");
    }

    @AfterEach
    void close() {
        if (server != null) {
            server.close();
        }
        if (browser != null) {
            browser.close();
        }
    }

    private void show(AdminServer from) {
        browser.open("http://127.0.0.1:" + from.port() + "/");
        browser.await("document.querySelector('#connection')?.textContent === 'live'");
        browser.await("document.querySelectorAll('.pod').length > 0");
    }

    private String text(String selector) {
        return browser.eval("document.querySelector('" + selector + "').innerText");
    }

    @Test
    void showsTheHive() {
        show(server);
        assertThat(text("#headline")).isEqualTo("10.0.0.1 leads");
        assertThat(text("#leader")).contains("10.0.0.1", "its Redis is the master");
        assertThat(text("#others")).contains("10.0.0.2", "loads a dataset", "never heard");
        assertThat(text("#timeline"))
                .contains("the only \"candidate\"", "Given up by 10.0.0.2: 30 keys", "kept.rdb");
        assertThat(browser.eval("document.querySelectorAll('#links path').length")).isEqualTo("2");
        assertThat(browser.eval("document.querySelectorAll('.graph path.value').length"))
                .as("three pods, and their medians")
                .isEqualTo("12");
        assertThat(browser.eval("faults.join()")).isEmpty();
        source.say(Statuses.leaderless());
        browser.await("document.querySelector('#headline').innerText === 'Nobody leads'");
        assertThat(text("#subline")).contains("10.0.0.2:3000 is silent");
        assertThat(text("#announce")).isEqualTo("Nobody leads.");
        assertThat(browser.eval("document.title")).isEqualTo("hive: NO MASTER");
    }

    @Test
    void whatComesFromTheNetworkIsTextAndNothingElse() {
        source.say(
                new Status(
                        NodeId.parse("10.0.0.1", 3000),
                        EVIL,
                        NodeState.ALONE,
                        null,
                        1,
                        null,
                        List.of(),
                        Status.Relay.IDLE,
                        List.of(
                                new Status.Change(
                                        Statuses.BEGIN,
                                        EVIL,
                                        EVIL + "2",
                                        EVIL,
                                        7,
                                        5,
                                        new Status.Dropped(EVIL, 1, 2L, 3L, EVIL),
                                        EVIL)),
                        EVIL));
        browser.open("http://127.0.0.1:" + server.port() + "/");
        browser.await("document.querySelector('#connection')?.textContent === 'live'");
        browser.await("document.querySelector('#timeline .loss') !== null");
        browser.await("document.querySelector('#cluster').innerText.length > 0");
        assertThat(text("#cluster")).isEqualTo(EVIL);
        assertThat(text("#subline")).contains(EVIL);
        assertThat(text("#timeline")).contains(EVIL);
        assertThat(browser.eval("document.querySelectorAll('img').length")).isEqualTo("0");
        assertThat(browser.eval("document.title")).isEqualTo("hive: NO MASTER");
        assertThat(browser.eval("faults.join()")).isEmpty();
    }

    @Test
    void aHandoverIsAskedForFirst() {
        show(server);
        browser.eval("document.querySelector('#handover').click()");
        browser.await("document.querySelector('#ask').open");
        assertThat(text("#target")).contains("the best of the others", "10.0.0.2");
        browser.eval("document.querySelector('#confirm').click()");
        browser.await("document.querySelector('#result').innerText.includes('leads now')");
        assertThat(text("#result"))
                .isEqualTo("10.0.0.2 leads now; commands were paused for 1.2 ms.");
        assertThat(browser.eval("faults.join()")).isEmpty();
    }

    @Test
    void isUsedByKeyboard() {
        show(server);
        browser.press("Tab");
        assertThat(browser.eval("document.activeElement.className")).isEqualTo("skip");
        browser.press("Tab");
        assertThat(browser.eval("document.activeElement.id")).isEqualTo("handover");
        browser.press("Enter");
        browser.await("document.querySelector('#ask').open");
        assertThat(browser.eval("document.querySelector('#ask').contains(document.activeElement)"))
                .isEqualTo("true");
        browser.press("Escape");
        browser.await("!document.querySelector('#ask').open");
        assertThat(browser.eval("document.activeElement.id")).isEqualTo("handover");
        browser.eval("document.querySelector('.graph svg').focus()");
        browser.press("ArrowLeft");
        browser.await("document.querySelector('.graph output').innerText.length > 0");
    }

    /** Whoever does not see it is told what each thing is. */
    @Test
    void everythingHasAName() {
        show(server);
        assertThat(
                        browser.eval(
                                "[...document.querySelectorAll('button, select, a, svg')]"
                                        + ".filter(n => !n.closest('[aria-hidden=true]'))"
                                        + ".filter(n => !(n.getAttribute('aria-label')"
                                        + " ?? n.labels?.[0]?.innerText ?? n.textContent).trim())"
                                        + ".map(n => n.outerHTML.slice(0, 80)).join()"))
                .isEmpty();
        assertThat(browser.eval("document.querySelectorAll('h1').length")).isEqualTo("1");
        assertThat(browser.eval("document.documentElement.lang")).isEqualTo("en");
        assertThat(browser.eval("document.querySelector('.graph svg').getAttribute('aria-label')"))
                .startsWith("Commands per second, the last five minutes: now");
    }

    @ParameterizedTest
    @ValueSource(strings = {"light", "dark"})
    void textIsReadInBothColourSchemes(String scheme) {
        browser.colours(scheme);
        show(server);
        browser.eval("document.querySelector('#handover').click()");
        String faintest = browser.eval(FAINTEST);
        assertThat(Double.parseDouble(faintest.split(" ", 2)[0]))
                .as(faintest)
                .isGreaterThanOrEqualTo(4.5);
        String[] back =
                browser.eval("getComputedStyle(document.body).backgroundColor").split("\\D+", -1);
        assertThat(Integer.parseInt(back[1]) > 128).isEqualTo(scheme.equals("light"));
    }

    @ParameterizedTest
    @ValueSource(ints = {320, 390, 1200})
    void fitsTheScreen(int width) {
        browser.size(width, 800);
        show(server);
        assertThat(Integer.parseInt(browser.eval("document.documentElement.scrollWidth")))
                .isLessThanOrEqualTo(width);
        assertThat(
                        Double.parseDouble(
                                browser.eval(
                                        "document.querySelector('#handover')"
                                                + ".getBoundingClientRect().height")))
                .as("large enough for a finger")
                .isGreaterThanOrEqualTo(44);
    }

    @Test
    void worksWithAToken() {
        try (AdminServer guarded = serve(new AdminSettings(new Secret("t0ken"), null))) {
            browser.open("http://any:t0ken@127.0.0.1:" + guarded.port() + "/");
            browser.await("document.querySelector('#connection')?.textContent === 'live'");
            browser.await("document.querySelectorAll('.pod').length === 3");
            browser.eval("document.querySelector('#handover').click()");
            browser.eval("document.querySelector('#confirm').click()");
            browser.await("document.querySelector('#result').innerText.includes('leads now')");
        }
    }

    @Test
    void comesBackByItself() {
        show(server);
        int port = server.port();
        server.close();
        browser.await("document.querySelector('#connection').innerText.startsWith('no conn')");
        server =
                AdminServer.start(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                        new AdminSettings(null, null),
                        source,
                        new FakeHandovers(),
                        () -> "");
        browser.await("document.querySelector('#connection').innerText === 'live'");
    }
}
