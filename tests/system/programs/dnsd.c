// A DNS server for the tests (RFC 1035): knows a name with an IPv4 address and one with an IPv6
// address, and the names of both addresses, drops the first question so that the client has to ask
// again, and answers "no such name" to all others. Port 53 of the guest.
#include <arpa/inet.h>
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { header_bytes = 12, type_a = 1, type_ptr = 12, type_aaaa = 28 };

static const struct {
    const char *name, *data;
    size_t name_size, data_size;
    int type;
} records[] = {
#define RECORD(name, type, data)                                                                   \
    { name, data, sizeof name, sizeof data, type }
#define ADDRESS(name, type, data)                                                                  \
    { name, data, sizeof name, sizeof data - 1, type }
#define ZEROS4                                                                                     \
    "\1"                                                                                           \
    "0\1"                                                                                          \
    "0\1"                                                                                          \
    "0\1"                                                                                          \
    "0"
#define ZEROS16 ZEROS4 ZEROS4 ZEROS4 ZEROS4
#define LOOPBACK_NAME                                                                              \
    "\1"                                                                                           \
    "1\1"                                                                                          \
    "0\1"                                                                                          \
    "0\1"                                                                                          \
    "0" ZEROS4 ZEROS4 ZEROS4 ZEROS16 "\3ip6\4arpa"
    ADDRESS("\5plumb\4test", type_a, "\12\0\2\7"),
    RECORD("\1"
           "7\1"
           "2\1"
           "0\2"
           "10\7in-addr\4arpa",
           type_ptr, "\5plumb\4test"),
    ADDRESS("\3six\4test", type_aaaa, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1"),
    RECORD(LOOPBACK_NAME, type_ptr, "\3six\4test"),
};

// The end of the name in the question, or null when it runs beyond the message.
static unsigned char* name_end(unsigned char* at, unsigned char* end) {
    while (at < end && *at) at += *at + 1;
    return at + 5 <= end ? at + 1 : NULL;
}

static size_t put_record(unsigned char* at, int type, const void* data, size_t size) {
    const unsigned char head[] = {0xc0, header_bytes, 0, (unsigned char)type, 0, 1, 0, 0,
                                  0,    60,           0, (unsigned char)size};
    memcpy(at, head, sizeof head);
    memcpy(at + sizeof head, data, size);
    return sizeof head + size;
}

static size_t answer(unsigned char* message, size_t size) {
    unsigned char* name = message + header_bytes;
    unsigned char* after = name_end(name, message + size);
    if (!after) return 0;
    for (unsigned char* c = name; c < after; c++) *c = (unsigned char)tolower(*c);
    const int type = after[1];
    unsigned char* end = after + 4;
    message[2] = 0x81; // an answer; recursion was wanted
    message[3] = 0x80; // and is available
    memset(message + 6, 0, 6);
    bool known = false;
    for (size_t i = 0; i < sizeof records / sizeof *records; i++) {
        if (memcmp(name, records[i].name, records[i].name_size)) continue;
        known = true;
        if (type != records[i].type) continue;
        message[7] = 1;
        end += put_record(end, type, records[i].data, records[i].data_size);
    }
    if (!known) message[3] |= 3;
    return (size_t)(end - message);
}

int main(void) {
    const int s = socket(AF_INET, SOCK_DGRAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(53)}, client;
    if (s < 0 || bind(s, (struct sockaddr*)&address, sizeof address) < 0) return perror("dnsd"), 1;
    if (daemon(0, 0) < 0) return 1;
    for (int asked = 0;; asked++) {
        unsigned char message[600];
        socklen_t length = sizeof client;
        const ssize_t size = recvfrom(s, message, 512, 0, (struct sockaddr*)&client, &length);
        if (size < header_bytes || asked == 0) continue;
        const size_t reply = answer(message, (size_t)size);
        if (reply) sendto(s, message, reply, 0, (struct sockaddr*)&client, length);
    }
}
