// A DNS server for the tests (RFC 1035): knows one name and one address, drops the first question
// so that the client has to ask again, and answers "no such name" to all others. Port 53 of the
// guest.
#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { header_bytes = 12, type_a = 1, type_ptr = 12 };

static const char known_name[] = "\5plumb\4test";
static const char known_address_name[] = "\1"
                                         "7\1"
                                         "2\1"
                                         "0\2"
                                         "10\7in-addr\4arpa";

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
    if (type == type_a && !memcmp(name, known_name, sizeof known_name)) {
        message[7] = 1;
        end += put_record(end, type_a, "\12\0\2\7", 4);
    } else if (type == type_ptr && !memcmp(name, known_address_name, sizeof known_address_name)) {
        message[7] = 1;
        end += put_record(end, type_ptr, known_name, sizeof known_name);
    } else if (memcmp(name, known_name, sizeof known_name)) {
        message[3] |= 3;
    }
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
