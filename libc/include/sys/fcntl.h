// The old name of fcntl.h.
#pragma once
#include <fcntl.h>
