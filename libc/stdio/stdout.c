// Standard output: line-buffered on a terminal.
#include "stream.h"

static unsigned char room[UNGET_ROOM + BUFSIZ];
FILE __stdout_stream = {.buffer = room + UNGET_ROOM,
                        .buffer_size = BUFSIZ,
                        .flags = STREAM_NO_READ | STREAM_STATIC | STREAM_ASK_TERMINAL,
                        .fd = 1,
                        .write = __fd_write,
                        .seek = __fd_seek,
                        .close = __fd_close};
FILE* const stdout = &__stdout_stream;
