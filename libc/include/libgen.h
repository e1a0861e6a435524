// Parts of a path (basename(3)).
#pragma once
#include <string.h> // its own basename comes first
__BEGIN_DECLS
char* dirname(char*);
char* __xpg_basename(char*);
__END_DECLS
#define basename __xpg_basename
