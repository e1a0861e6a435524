// Brings up the network: everything but TCP (tcp_init) and the drivers.
#pragma once

#include "net/services.h"

// Registers families, protocols and lo, and brings lo up as 127.0.0.1/8. Errors: ENOMEM.
Result<void> net_init();
