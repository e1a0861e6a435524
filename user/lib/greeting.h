// The pair that greets: one waits for "hello" and answers "hi", the other says it. Used by the
// programs replyhi and hello, and by the menu.
#pragma once

#include "user/lib/net.h"

// Forks; the child answers for ever. 0 in the parent, or a failure's exit status.
int start_replyhi(const char* host, const char* port);
int say_hello(const char* host, const char* port);
