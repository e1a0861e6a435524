// Exercise 2: count every byte that the program sends, without touching the code that sends.
//
// Define a send of your own here. It wins over libc's, which is weak; libc's real one is still
// there as
// __send (<sys/socket.h> declares it). sent_bytes counts what was really sent.
#include <sys/socket.h>

unsigned long sent_bytes;
