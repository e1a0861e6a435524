// The far end of an ordinary stream: a descriptor.
#include "descriptor.h"
#include "stream.h"

off_t __fd_seek(FILE* stream, off_t offset, int whence) {
    return __lseek(stream->fd, offset, whence);
}
int __fd_close(FILE* stream) { return __close(stream->fd); }
