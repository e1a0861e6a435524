// The C++ run time's one service to the kernel.
#pragma once

// Runs the constructors of objects of static lifetime.
void run_constructors();
