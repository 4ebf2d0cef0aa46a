/** One application's way to the master. For one thread. */
interface Client extends AutoCloseable {
    /**
     * Writes, or throws what kept it from that; the next attempt finds its way anew. It must not
     * wait for longer than a second or so where nothing happens.
     *
     * @return whether the write was acknowledged
     */
    boolean write(String key, String value);

    @Override
    void close();
}
