// DNS over UDP: one question, its answers (RFC 1035). Every offset in a reply is checked before
// use.
#include "user/lib/net.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { HEADER = 12, MESSAGE = 1500, TRIES = 3, WAIT_MILLISECONDS = 2000, CLASS_INTERNET = 1 };

struct Message {
    unsigned char byte[MESSAGE];
    size_t length;
};

static unsigned get16(const unsigned char* p) { return (unsigned)p[0] << 8 | p[1]; }
static unsigned get32(const unsigned char* p) { return get16(p) << 16 | get16(p + 2); }

static bool put_name(struct Message* message, const char* name) {
    while (*name) {
        size_t label = strcspn(name, ".");
        if (!label || label > 63 || message->length + label > HEADER + 254) return false;
        message->byte[message->length++] = (unsigned char)label;
        memcpy(message->byte + message->length, name, label);
        message->length += label;
        name += label + (name[label] == '.');
    }
    message->byte[message->length++] = 0;
    return true;
}

// The name at `at`, following compression pointers (RFC 1035, 4.1.4), which may only point back.
// The place behind it, or 0 if it is malformed.
static size_t get_name(const struct Message* message, size_t at, char out[256]) {
    size_t behind = 0, used = 0, before = at;
    out[0] = 0;
    for (;;) {
        if (at >= message->length) return 0;
        unsigned length = message->byte[at];
        if (length >= 192) {
            if (at + 1 >= message->length) return 0;
            if (!behind) behind = at + 2;
            size_t target = get16(message->byte + at) & 0x3fff;
            if (target >= before) return 0;
            before = at = target;
            continue;
        }
        if (length > 63) return 0;
        at++;
        if (!length) return behind ? behind : at;
        if (at + length > message->length || used + length + 2 > 256) return 0;
        if (used) out[used++] = '.';
        memcpy(out + used, message->byte + at, length);
        out[used += length] = 0;
        at += length;
    }
}

static void describe(const struct Message* message, size_t at, size_t length,
                     struct DnsRecord* out) {
    const unsigned char* data = message->byte + at;
    char name[256];
    out->text[0] = 0;
    if (out->type == DNS_A && length == 4) {
        inet_ntop(AF_INET, data, out->text, sizeof out->text);
    } else if (out->type == DNS_AAAA && length == 16) {
        inet_ntop(AF_INET6, data, out->text, sizeof out->text);
    } else if (out->type == DNS_MX && length > 3 && get_name(message, at + 2, name)) {
        snprintf(out->text, sizeof out->text, "%u %s", get16(data), name);
    } else if (out->type == DNS_TXT && length > 1) {
        size_t size = data[0] < length ? data[0] : length - 1;
        snprintf(out->text, sizeof out->text, "\"%.*s\"", (int)size, (const char*)data + 1);
    } else if ((out->type == DNS_NS || out->type == DNS_CNAME || out->type == DNS_PTR ||
                out->type == DNS_SOA) &&
               get_name(message, at, name)) {
        snprintf(out->text, sizeof out->text, "%s", name);
    }
}

static bool parse(const struct Message* message, unsigned id, struct DnsAnswer* answer) {
    char name[256];
    const unsigned char* header = message->byte;
    if (message->length < HEADER || get16(header) != id || !(header[2] & 0x80)) return false;
    memset(answer, 0, sizeof *answer);
    answer->code = header[3] & 15;
    size_t at = HEADER;
    for (unsigned i = get16(header + 4); i; i--) {
        at = get_name(message, at, name);
        if (!at) return false;
        at += 4;
    }
    for (unsigned i = get16(header + 6); i && answer->count < 32; i--) {
        struct DnsRecord* record = &answer->record[answer->count];
        at = get_name(message, at, record->name);
        if (!at || at + 10 > message->length) return false;
        size_t length = get16(message->byte + at + 8);
        if (at + 10 + length > message->length) return false;
        record->type = (int)get16(message->byte + at);
        record->ttl = get32(message->byte + at + 4);
        describe(message, at + 10, length, record);
        at += 10 + length;
        answer->count++;
    }
    return true;
}

static unsigned random_id(void) {
    unsigned short id = 0;
    FILE* file = fopen("/dev/urandom", "r");
    if (file) {
        if (fread(&id, sizeof id, 1, file) != 1) id = 0;
        fclose(file);
    }
    return id ? id : (unsigned)(milliseconds() & 0xffff);
}

static bool await_answer(int fd, unsigned id, struct DnsAnswer* answer) {
    long long end = milliseconds() + WAIT_MILLISECONDS, left;
    while ((left = end - milliseconds()) > 0) {
        struct pollfd one = {fd, POLLIN, 0};
        if (poll(&one, 1, (int)left) <= 0) continue;
        struct Message reply;
        ssize_t got = recv(fd, reply.byte, sizeof reply.byte, 0);
        if (got < 0) return false;
        reply.length = (size_t)got;
        if (parse(&reply, id, answer)) return true;
    }
    errno = ETIMEDOUT;
    return false;
}

bool dns_ask(const union Endpoint* server, const char* name, int type, struct DnsAnswer* answer) {
    unsigned id = random_id();
    struct Message question = {.length = HEADER};
    const unsigned char header[HEADER] = {
        (unsigned char)(id >> 8), (unsigned char)id, 1 /* recursion desired */, 0, 0, 1};
    memcpy(question.byte, header, HEADER);
    if (!put_name(&question, name)) {
        errno = EINVAL;
        return false;
    }
    const unsigned char tail[] = {(unsigned char)(type >> 8), (unsigned char)type, 0,
                                  CLASS_INTERNET};
    memcpy(question.byte + question.length, tail, 4);
    question.length += 4;
    union Endpoint address = *server;
    set_port(&address, 53);
    int fd = connect_to(&address, SOCK_DGRAM);
    if (fd < 0) return false;
    bool found = false;
    for (int i = 0; i < TRIES && !found; i++) {
        if (send(fd, question.byte, question.length, 0) < 0) break;
        found = await_answer(fd, id, answer);
        if (!found && errno != ETIMEDOUT) break;
    }
    int error = errno;
    close(fd);
    errno = error;
    return found;
}
