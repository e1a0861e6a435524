// Standard error: unbuffered.
#include "stream.h"

static unsigned char room[UNGET_ROOM + 1];
FILE __stderr_stream = {.buffer = room + UNGET_ROOM,
                        .buffer_size = 1,
                        .flags = STREAM_NO_READ | STREAM_STATIC | STREAM_UNBUFFERED,
                        .fd = 2,
                        .write = __fd_write,
                        .seek = __fd_seek,
                        .close = __fd_close};
FILE* const stderr = &__stderr_stream;
