import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Something that is to survive the loss of its leader: three pods of Hive, or of Sentinel. */
interface Subject extends AutoCloseable {
    String name();

    /**
     * Waits until one leads and the others follow it in sync.
     *
     * @return the number of the pod that leads, from 0
     */
    int awaitReady() throws InterruptedException;

    /**
     * The kinds of client, by the name that the table gives them; of each kind, one in each pod.
     */
    Map<String, List<Supplier<Client>>> clients();

    /**
     * Has the leading pod struck. Returns when it is done.
     *
     * @return whether this subject can do that
     */
    boolean strike(Fault fault, int pod) throws Exception;

    /** Brings the pod back. */
    void recover(Fault fault, int pod) throws Exception;

    @Override
    void close();
}
