// Standard input.
#include "stream.h"

static unsigned char room[UNGET_ROOM + BUFSIZ];
FILE __stdin_stream = {.buffer = room + UNGET_ROOM,
                       .buffer_size = BUFSIZ,
                       .flags = STREAM_NO_WRITE | STREAM_STATIC,
                       .fd = 0,
                       .read = __fd_read,
                       .seek = __fd_seek,
                       .close = __fd_close};
FILE* const stdin = &__stdin_stream;
