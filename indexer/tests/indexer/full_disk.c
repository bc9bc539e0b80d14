/* A disk without room, for a Postgres that is started with this preloaded: while the file that
 * TILL_FULL_DISK names is there, no file grows. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static int has_no_room(int fd, off_t end)
{
    struct stat file;
    const char *flag = getenv("TILL_FULL_DISK");
    return flag && access(flag, F_OK) == 0 && fstat(fd, &file) == 0 && S_ISREG(file.st_mode) && end > file.st_size;
}

static off_t length(const struct iovec *parts, int count)
{
    off_t length = 0;
    while (count-- > 0)
        length += (parts++)->iov_len;
    return length;
}

/* The function of this name that would have been called. */
#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

#define FULL return errno = ENOSPC, -1

#define PWRITE(name) \
    ssize_t name(int fd, const void *data, size_t size, off_t at) \
    { \
        if (has_no_room(fd, at + (off_t)size)) FULL; \
        return REAL(name)(fd, data, size, at); \
    }
PWRITE(pwrite)
PWRITE(pwrite64)

#define PWRITEV(name) \
    ssize_t name(int fd, const struct iovec *parts, int count, off_t at) \
    { \
        if (has_no_room(fd, at + length(parts, count))) FULL; \
        return REAL(name)(fd, parts, count, at); \
    }
PWRITEV(pwritev)
PWRITEV(pwritev64)

ssize_t write(int fd, const void *data, size_t size)
{
    if (has_no_room(fd, lseek(fd, 0, SEEK_CUR) + (off_t)size)) FULL;
    return REAL(write)(fd, data, size);
}

/* These return the error instead of setting it. */
#define FALLOCATE(name) \
    int name(int fd, off_t at, off_t size) \
    { \
        return has_no_room(fd, at + size) ? ENOSPC : REAL(name)(fd, at, size); \
    }
int posix_fallocate(int, off_t, off_t);
int posix_fallocate64(int, off_t, off_t);
FALLOCATE(posix_fallocate)
FALLOCATE(posix_fallocate64)
