// Whole frames, frames with IP options, and every one of them cut at each length. Each lies at the
// end of a page behind which nothing is mapped, so that reading too far is seen.
#include <string.h>
#include <sys/mman.h>

#include "docs/tour/exercises/expect.h"

void name_of(const unsigned char* frame, size_t length, char* name);

static unsigned char* page_end;

static void check(const unsigned char* frame, size_t length, const char* wanted) {
    char name[64] = "";
    memcpy(page_end - length, frame, length);
    name_of(page_end - length, length, name);
    if (strcmp(name, wanted))
        printf("\"%s\" where \"%s\" was expected (%zu bytes)\n", name, wanted, length);
    expect(!strcmp(name, wanted), "every frame gets its name");
}

// A frame with an IP header of `words` words and `payload` bytes behind it.
static size_t make(unsigned char* frame, int words, int protocol, int payload) {
    memset(frame, 0, 200);
    frame[12] = 8;
    frame[14] = (unsigned char)(0x40 | words);
    frame[23] = (unsigned char)protocol;
    frame[14 + words * 4 + 2] = 0x13;
    frame[14 + words * 4 + 3] = 0x89;
    return (size_t)(14 + words * 4 + payload);
}

static void check_cuts(int words, int protocol, size_t needed, const char* name) {
    unsigned char frame[200];
    size_t length = make(frame, words, protocol, (int)needed);
    check(frame, length, name);
    for (size_t cut = 0; cut < length; cut++) check(frame, cut, "short");
}

int main(void) {
    limit_seconds(5);
    unsigned char* pages =
        mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    page_end = pages + 4096;
    mprotect(page_end, 4096, PROT_NONE);
    unsigned char frame[200];
    size_t length = make(frame, 5, 6, 20);
    check(frame, length, "tcp 5001");
    length = make(frame, 5, 99, 0);
    check(frame, length, "other");
    frame[13] = 6;
    check(frame, length, "arp");
    frame[13] = 7;
    check(frame, length, "other");
    check_cuts(5, 6, 20, "tcp 5001");
    check_cuts(8, 6, 20, "tcp 5001");
    check_cuts(5, 17, 8, "udp 5001");
    check_cuts(15, 17, 8, "udp 5001");
    check_cuts(6, 1, 0, "icmp");
    length = make(frame, 5, 17, 8);
    frame[14] = 0x44;
    check(frame, length, "short");
    return 0;
}
