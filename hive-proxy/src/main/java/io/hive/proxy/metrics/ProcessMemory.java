package io.hive.proxy.metrics;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What memory this process has, in bytes, by area. Any thread. */
final class ProcessMemory {
    private static final Path STATUS = Path.of("/proc/self/status");

    /** Anonymous pages are what a container's limit counts and nothing gives back. */
    private static final Map<String, String> OF_THE_KERNEL =
            Map.of("VmRSS:", "rss", "RssAnon:", "rss_anon");

    private ProcessMemory() {}

    static Map<String, Double> areas() {
        Map<String, Double> areas = new LinkedHashMap<>();
        Runtime runtime = Runtime.getRuntime();
        areas.put("heap", (double) (runtime.totalMemory() - runtime.freeMemory()));
        if (ByteBufAllocator.DEFAULT instanceof ByteBufAllocatorMetricProvider provider) {
            areas.put("direct", (double) provider.metric().usedDirectMemory());
        }
        try {
            addKernels(areas, Files.readAllLines(STATUS));
        } catch (IOException _) {
            // No such system: these areas are not shown.
        }
        return areas;
    }

    /** Lines such as {@code RssAnon: 1234 kB}. */
    static void addKernels(Map<String, Double> areas, List<String> lines) {
        for (String line : lines) {
            String[] words = line.split("\\s+", 3);
            String area = OF_THE_KERNEL.get(words[0]);
            if (area != null && words.length > 1) {
                areas.put(area, 1024.0 * Long.parseLong(words[1]));
            }
        }
    }
}
