package io.hive.proxy.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.hive.proxy.admin.Browser;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The dashboard of a real hive, in a real browser. */
class DashboardTest {
    @TempDir private Path folder;

    @Test
    void aFailoverAndAHandoverShowOnAnyPod() throws IOException {
        assumeTrue(
                Browser.installed().isPresent(),
                "no Chromium on the PATH: the dashboard is not tested (apt-get install chromium)");
        try (TestHive hive = TestHive.of(3);
                Browser browser = new Browser(Browser.installed().orElseThrow(), folder)) {
            TestPod first = hive.leader();
            List<TestPod> others = hive.followers(first);
            TestPod shown = others.getLast();
            browser.open("http://" + shown.address + ":8080/");
            browser.await("document.querySelector('#headline')?.innerText === '" + leads(first));
            browser.await("document.querySelectorAll('#others .pod').length === 2");
            browser.await(
                    "document.querySelector('#others').innerText.includes('replicates from')");
            // every pod has told its numbers, and says where its own page is
            browser.await("document.querySelectorAll('.pod h3 a').length === 2");
            for (int i = 0; i < 50; i++) {
                hive.write(first, "key-" + i, "value");
            }
            browser.await("document.querySelector('#leader').innerText.includes('50')");

            first.redis().kill();
            TestPod second = hive.awaitSettled(others.toArray(TestPod[]::new));
            browser.await("document.querySelector('#headline').innerText === '" + leads(second));
            browser.await(
                    "document.querySelector('#timeline li .who').innerText.includes('"
                            + first.address
                            + " → "
                            + second.address
                            + "')");
            first.redis().restartEmpty();
            hive.awaitSettled();

            browser.await("!document.querySelector('#handover').disabled");
            browser.eval("document.querySelector('#handover').click()");
            browser.eval("document.querySelector('#confirm').click()");
            browser.await("document.querySelector('#result').innerText.includes('leads now')");
            browser.await("document.querySelector('#timeline .badge.good') !== null");
            assertThat(browser.eval("document.querySelector('#timeline').innerText"))
                    .contains("handover", "without a master");
            assertThat(browser.eval("faults.join()")).isEmpty();
        }
    }

    private static String leads(TestPod pod) {
        return pod.address + " leads'";
    }
}
