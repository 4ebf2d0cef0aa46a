import java.util.List;
import java.util.Locale;

/**
 * What redis-benchmark is told to do.
 *
 * @param title as in the tables
 * @param clients connections at once
 * @param pipeline requests that each sends at once
 * @param bytes of a value
 * @param command SET or GET
 * @param firstRequests so many in the round that does not count; later ones follow from its figures
 */
record Load(
        String title, int clients, int pipeline, int bytes, String command, long firstRequests) {
    /** The key that redis-benchmark uses as long as it is not asked for random ones. */
    static final String KEY = "key:__rand_int__";

    List<String> line(String program, Target target, long requests) {
        return List.of(
                program,
                "-h",
                target.address(),
                "-p",
                Integer.toString(target.port()),
                "-c",
                Integer.toString(clients),
                "-P",
                Integer.toString(pipeline),
                "-d",
                Integer.toString(bytes),
                "-n",
                Long.toString(requests),
                "-t",
                command.toLowerCase(Locale.ROOT),
                "--csv");
    }
}
