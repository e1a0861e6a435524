// The allocator's further calls (malloc(3)); all of them are in stdlib.h.
#pragma once
#include <stdlib.h>
