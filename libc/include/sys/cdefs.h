// The old name of features.h.
#pragma once
#include <features.h>
