// The machine's state at a signal.
#pragma once
#include <sys/ucontext.h>
