// What the start of a program hands on within libc.
#pragma once

// The kernel's vector of (type, value) pairs, ended by AT_NULL.
extern unsigned long* __auxiliary_vector;

// Gives the first thread its storage; after it errno works. Ends the program if the kernel refuses.
void __tls_start(void);
// Called by exit(): writes out every stream. Weak: a program without streams has none.
void __stdio_exit(void);
