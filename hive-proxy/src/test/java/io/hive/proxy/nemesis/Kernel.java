package io.hive.proxy.nemesis;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * The few calls of Linux that the JDK has no method for. Namespaces belong to a thread, so these
 * must be called by platform threads. Any thread.
 */
final class Kernel {
    static final int NEW_NETWORK = 0x40000000;
    static final int NEW_MOUNTS = 0x00020000;

    private static final int CLONE_FS = 0x00000200;
    private static final int O_RDWR = 2;
    private static final int O_RDONLY = 0;
    private static final int O_CLOEXEC = 0x80000;
    private static final long TUNSETIFF = 0x400454caL;
    private static final short IFF_TAP = 0x0002;
    private static final short IFF_NO_PI = 0x1000;
    private static final int IFREQ_BYTES = 40;
    private static final int NAME_BYTES = 16;
    private static final short POLLIN = 1;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final MemoryLayout CAPTURED = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO =
            CAPTURED.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

    private static final MethodHandle UNSHARE = handle("unshare", FunctionDescriptor.of(INT, INT));
    private static final MethodHandle SETNS = handle("setns", FunctionDescriptor.of(INT, INT, INT));
    private static final MethodHandle CLOSE = handle("close", FunctionDescriptor.of(INT, INT));
    private static final MethodHandle OPEN =
            handle("open", FunctionDescriptor.of(INT, ValueLayout.ADDRESS, INT, INT), 2);
    private static final MethodHandle IOCTL =
            handle("ioctl", FunctionDescriptor.of(INT, INT, LONG, ValueLayout.ADDRESS), 2);
    private static final MethodHandle READ =
            handle("read", FunctionDescriptor.of(LONG, INT, ValueLayout.ADDRESS, LONG));
    private static final MethodHandle WRITE =
            handle("write", FunctionDescriptor.of(LONG, INT, ValueLayout.ADDRESS, LONG));
    private static final MethodHandle POLL =
            handle("poll", FunctionDescriptor.of(INT, ValueLayout.ADDRESS, LONG, INT));

    private Kernel() {}

    /** The kernel, or the rights that this process has, said no. */
    static final class RefusedException extends RuntimeException {
        private static final long serialVersionUID = 1;

        RefusedException(String call, int errno) {
            super(call + " was refused, errno " + errno + (errno == 1 ? " (no permission)" : ""));
        }
    }

    /** Moves the calling thread into new namespaces. */
    static void unshare(int namespaces) {
        check("unshare", call(UNSHARE, namespaces));
    }

    /** Moves the calling thread into the namespace that an open file stands for. */
    static void enter(int file, int namespace) {
        if (namespace == NEW_MOUNTS) {
            // only a thread that shares its current folder with no other may change its mounts
            unshare(CLONE_FS);
        }
        check("setns", call(SETNS, file, namespace));
    }

    /** Opens a file for reading; the number is this process's. */
    static int open(String path) {
        return open(path, O_RDONLY);
    }

    private static int open(String path, int mode) {
        try (Arena arena = Arena.ofConfined()) {
            return (int)
                    check(
                            "open " + path,
                            call(OPEN, arena.allocateFrom(path), mode | O_CLOEXEC, 0));
        }
    }

    static void close(int file) {
        check("close", call(CLOSE, file));
    }

    /** Makes a network device in the calling thread's network; frames are read and written here. */
    static int tap(String name) {
        int file = open("/dev/net/tun", O_RDWR);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment request = arena.allocate(IFREQ_BYTES, 8);
            request.setString(0, name);
            request.set(ValueLayout.JAVA_SHORT, NAME_BYTES, (short) (IFF_TAP | IFF_NO_PI));
            check("TUNSETIFF " + name, call(IOCTL, file, TUNSETIFF, request));
            return file;
        } catch (RuntimeException e) {
            close(file);
            throw e;
        }
    }

    /** Whether there is something to read; waits for at most so long. */
    static boolean readable(int file, int millis) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment poll = arena.allocate(8, 4);
            poll.set(INT, 0, file);
            poll.set(ValueLayout.JAVA_SHORT, 4, POLLIN);
            return check("poll", call(POLL, poll, 1L, millis)) > 0;
        }
    }

    /** Reads a frame; its length, or less than 0 where the device is gone or down. */
    static int read(int file, MemorySegment into) {
        return (int) call(READ, file, into, into.byteSize())[0];
    }

    /** Writes a frame, unless the device is gone or down. */
    static void write(int file, MemorySegment frame) {
        call(WRITE, file, frame, frame.byteSize());
    }

    @SuppressWarnings("restricted")
    private static MethodHandle handle(
            String name, FunctionDescriptor descriptor, int... firstVariadic) {
        Linker.Option capture = Linker.Option.captureCallState("errno");
        Linker.Option[] options =
                firstVariadic.length == 0
                        ? new Linker.Option[] {capture}
                        : new Linker.Option[] {
                            capture, Linker.Option.firstVariadicArg(firstVariadic[0])
                        };
        MethodHandle plain =
                LINKER.downcallHandle(
                        LINKER.defaultLookup().find(name).orElseThrow(), descriptor, options);
        return plain;
    }

    /** The result and the error number. */
    private static long[] call(MethodHandle function, Object... arguments) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment captured = arena.allocate(CAPTURED);
            Object[] all = new Object[arguments.length + 1];
            all[0] = captured;
            System.arraycopy(arguments, 0, all, 1, arguments.length);
            long result = ((Number) function.invokeWithArguments(all)).longValue();
            return new long[] {result, (int) ERRNO.get(captured, 0L)};
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static long check(String call, long[] result) {
        if (result[0] < 0) {
            throw new RefusedException(call, (int) result[1]);
        }
        return result[0];
    }
}
