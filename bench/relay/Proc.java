import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the kernel says of a process, from /proc. */
final class Proc {
    /** The kernel counts processor time in ticks of 10 ms for every program (USER_HZ). */
    private static final long MICROS_PER_TICK = 10_000;

    // Fields of /proc/PID/stat after the name, which may hold blanks, counted from 0.
    private static final int USER = 11;
    private static final int SYSTEM = 12;
    private static final int CHILDREN_USER = 13;
    private static final int CHILDREN_SYSTEM = 14;

    private Proc() {}

    /**
     * Processor time that it has used, of all its threads, in µs; 0 for the process 0: there is
     * none.
     */
    static long cpuMicros(long pid) {
        return pid == 0 ? 0 : sum(Long.toString(pid), USER, SYSTEM);
    }

    /** Processor time of those children of this JVM that have ended, in µs. */
    static long endedChildrenCpuMicros() {
        return sum("self", CHILDREN_USER, CHILDREN_SYSTEM);
    }

    /** Resident memory that is not backed by a file, in bytes. */
    static long anonymousBytes(long pid) {
        return 1024 * field(Path.of("/proc/" + pid + "/status"), "RssAnon:");
    }

    /** How many files a process of this user may have open, at most. */
    static long openFilesLimit() {
        String line = line(Path.of("/proc/self/limits"), "Max open files");
        String hard = line.substring("Max open files".length()).strip().split("\\s+")[1];
        return hard.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(hard);
    }

    /** The first number on the line that begins with this. */
    static long field(Path file, String name) {
        return Long.parseLong(line(file, name).substring(name.length()).strip().split("\\s+")[0]);
    }

    static String line(Path file, String start) {
        try {
            return Files.readAllLines(file).stream()
                    .filter(line -> line.startsWith(start))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("no " + start + " in " + file));
        } catch (IOException e) {
            throw new IllegalStateException(file + " cannot be read; has its process ended?", e);
        }
    }

    private static long sum(String process, int one, int other) {
        Path file = Path.of("/proc/" + process + "/stat");
        try {
            String text = Files.readString(file);
            String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ");
            return MICROS_PER_TICK * (Long.parseLong(fields[one]) + Long.parseLong(fields[other]));
        } catch (IOException e) {
            throw new IllegalStateException(file + " cannot be read; has its process ended?", e);
        }
    }
}
