// Setting and asking for the owner of an open file (fcntl(2), F_SETOWN and F_SETOWN_EX).
#pragma once

#include "kernel/base/result.h"
#include "kernel/base/types.h"

struct file;

// struct f_owner_ex: F_OWNER_*, and a thread, process or group; 0: nobody.
struct FileOwnerId {
    i32 type, id;
};
// Errors: ESRCH, ENOMEM; of the second, where groups are negative, also EINVAL.
Result<void> set_file_owner(file& opened, int type, int id);
Result<void> set_file_owner(file& opened, int who);
FileOwnerId get_file_owner(const file& opened);
// Ties SIGIO to the files. Once, at boot.
void signal_owner_init();
