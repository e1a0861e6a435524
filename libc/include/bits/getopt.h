// getopt(3), as unistd.h and getopt.h both show it.
#pragma once
#include <features.h>
__BEGIN_DECLS
extern char* optarg;
extern int optind, opterr, optopt;
int getopt(int, char* const[], const char*);
__END_DECLS
