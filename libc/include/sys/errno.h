// The old name of errno.h.
#pragma once
#include <errno.h>
