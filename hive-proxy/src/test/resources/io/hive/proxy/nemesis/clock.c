/* A wall clock that is wrong by as many seconds as the file HIVE_TEST_CLOCK says; other clocks are right.
 * Preloaded into a sidecar. It needs a compiler and no headers. */
struct timespec {
    long seconds;
    long nanos;
};

extern long syscall(long number, ...);
extern int open(const char *path, int flags, ...);
extern long read(int file, void *into, unsigned long bytes);
extern int close(int file);
extern char *getenv(const char *name);

#if defined(__x86_64__)
#define CLOCK_GETTIME 228
#elif defined(__aarch64__)
#define CLOCK_GETTIME 113
#else
#error "the number of the system call is not known for this machine"
#endif

static long offset(void) {
    const char *path = getenv("HIVE_TEST_CLOCK");
    char text[32];
    long length, i, value = 0, sign = 1;
    int file;
    if (path == 0 || (file = open(path, 0)) < 0) {
        return 0;
    }
    length = read(file, text, sizeof text);
    close(file);
    for (i = 0; i < length; i++) {
        if (text[i] == '-') {
            sign = -1;
        } else if (text[i] >= '0' && text[i] <= '9') {
            value = value * 10 + (text[i] - '0');
        }
    }
    return sign * value;
}

int clock_gettime(int clock, struct timespec *at) {
    long result = syscall(CLOCK_GETTIME, clock, at);
    if (result == 0 && clock == 0) {
        at->seconds += offset();
    }
    return (int)result;
}
