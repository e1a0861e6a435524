// What net/unix asks of the kernel's files, played on the host: a file is a count of references,
// and perhaps a socket; names in the file system are a map.
#pragma once

#include <map>
#include <string>

#include "net/unix/unix_sock.h"

struct file {
    int references = 1;
    Ref<socket> sock;
};

namespace host {

extern int live_files;
extern std::map<int, file*> descriptors;
extern std::map<std::string, int> inodes; // path → number
extern std::map<int, int> held_inodes;    // number → references
extern bool any_descriptor;               // false: install_file answers EMFILE
extern const UnixServices file_services;

// A descriptor for a socket; the lowest that is free.
int open_socket(Ref<socket> sock);
void close_fd(int fd);

} // namespace host
