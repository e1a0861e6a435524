// Reading and writing an open file on behalf of the current process: signals, limits, restarts.
#pragma once

#include "kernel/fs/file.h"

SysResult transfer_read(file& f, IovIter& to, i64& position);
// EPIPE comes with SIGPIPE, EFBIG (RLIMIT_FSIZE) with SIGXFSZ.
SysResult transfer_write(file& f, IovIter& from, i64& position);
