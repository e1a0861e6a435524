// Whose rights hold: those of the current process; root's for kernel threads.
#pragma once

#include "kernel/base/credentials.h"

const Credentials& current_credentials();
