// The old name of sys/wait.h.
#pragma once
#include <sys/wait.h>
