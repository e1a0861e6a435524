// fflush(3).
#include "stream.h"

extern FILE* __stream_list;
extern int __stream_list_lock;
extern FILE __stdout_stream __attribute__((weak));

static int flush_locked(FILE* stream) {
    if (stream->get != stream->get_end && stream->seek &&
        stream->seek(stream, stream->get - stream->get_end, SEEK_CUR) >= 0)
        stream->get = stream->get_end;
    return __stream_flush(stream);
}

int fflush(FILE* stream) {
    if (stream) return STREAM_LOCKED(stream, int, flush_locked(stream));
    // Under the lock of the list no thread may be cancelled in a write.
    int cancel_state = THREAD_FIELD(cancel_state), result = 0;
    THREAD_FIELD(cancel_state) = 1;
    if (&__stdout_stream && fflush(&__stdout_stream) == EOF) result = EOF;
    libc_lock(&__stream_list_lock);
    for (FILE* each = __stream_list; each; each = each->next)
        if (each->put && fflush(each) == EOF) result = EOF;
    libc_unlock(&__stream_list_lock);
    THREAD_FIELD(cancel_state) = cancel_state;
    return result;
}

int fflush_unlocked(FILE* stream) { return stream ? flush_locked(stream) : fflush(0); }
