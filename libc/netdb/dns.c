// Questions to nameservers (RFC 1035): over UDP, each server in turn with a time limit, and over
// TCP when an answer was too long for a datagram.
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "descriptor.h"
#include "resolve.h"

enum {
    HEADER_BYTES = 12,
    TYPE_A = 1,
    TYPE_CNAME = 5,
    TYPE_PTR = 12,
    TYPE_AAAA = 28,
    CLASS_IN = 1,
    NAME_BYTES = 256,
    DATAGRAM_BYTES = 512,
    ANSWER_BYTES = 4096,
    PORT = 53,
    MOST_SERVERS = 3,
    CODE_NAME_ERROR = 3
};

struct configuration {
    int server_count, attempts, timeout_ms;
    struct in_addr server[MOST_SERVERS];
    char search[NAME_BYTES]; // domains, with spaces between
};

static void read_configuration(struct configuration* out) {
    *out = (struct configuration){.attempts = 2, .timeout_ms = 5000};
    FILE* file = fopen("/etc/resolv.conf", "re");
    char line[512];
    while (file && fgets(line, sizeof line, file)) {
        char* state;
        line[strcspn(line, "#;\n")] = 0;
        char* key = strtok_r(line, " \t", &state);
        if (!key) continue;
        if (!strcmp(key, "nameserver") && out->server_count < MOST_SERVERS) {
            char* value = strtok_r(0, " \t", &state);
            if (value && inet_pton(AF_INET, value, &out->server[out->server_count]) == 1)
                out->server_count++;
        } else if (!strcmp(key, "search") || !strcmp(key, "domain")) {
            strlcpy(out->search, state ? state : "", sizeof out->search);
        } else if (!strcmp(key, "options")) {
            for (char* option; (option = strtok_r(0, " \t", &state));) {
                if (!strncmp(option, "timeout:", 8)) out->timeout_ms = atoi(option + 8) * 1000;
                if (!strncmp(option, "attempts:", 9)) out->attempts = atoi(option + 9);
            }
        }
    }
    if (file) fclose(file);
    if (out->timeout_ms < 1) out->timeout_ms = 1000;
    if (out->attempts < 1) out->attempts = 1;
    if (out->server_count == 0) out->server[out->server_count++].s_addr = htonl(INADDR_LOOPBACK);
}

// The name as labels with their lengths (RFC 1035 3.1). Length, or −1: not a name.
static int encode_name(const char* name, unsigned char* out) {
    int at = 0;
    if (!*name) return -1;
    while (*name) {
        size_t label = strcspn(name, ".");
        if (label == 0 || label > 63 || at + (int)label + 2 > NAME_BYTES - 1) return -1;
        out[at++] = (unsigned char)label;
        memcpy(out + at, name, label);
        at += (int)label;
        name += label;
        if (*name == '.') name++;
    }
    out[at++] = 0;
    return at;
}

// Reads a name that may point back (RFC 1035 4.1.4). Returns what is behind it, or −1.
static int decode_name(const unsigned char* message, int length, int at, char* out, size_t size) {
    int end = -1, jumps = 0;
    size_t used = 0;
    for (;;) {
        if (at >= length) return -1;
        int label = message[at++];
        if (label == 0) break;
        if ((label & 0xc0) == 0xc0) {
            if (at >= length || ++jumps > 32) return -1;
            if (end < 0) end = at + 1;
            at = (label & 0x3f) << 8 | message[at];
            continue;
        }
        if (label > 63 || at + label > length || used + (size_t)label + 2 > size) return -1;
        if (used) out[used++] = '.';
        memcpy(out + used, message + at, (size_t)label);
        used += (size_t)label;
        at += label;
    }
    out[used] = 0;
    return end < 0 ? at : end;
}

static int get16(const unsigned char* at) { return at[0] << 8 | at[1]; }

static int make_question(const char* name, int type, unsigned char* out) {
    unsigned short id;
    if (getrandom(&id, sizeof id, 0) != sizeof id) id = (unsigned short)time(0);
    memset(out, 0, HEADER_BYTES);
    memcpy(out, &id, 2);
    out[2] = 1; // recursion desired
    out[5] = 1; // one question
    int length = encode_name(name, out + HEADER_BYTES);
    if (length < 0) return -1;
    unsigned char* tail = out + HEADER_BYTES + length;
    tail[0] = (unsigned char)(type >> 8), tail[1] = (unsigned char)type;
    tail[2] = 0, tail[3] = CLASS_IN;
    return HEADER_BYTES + length + 4;
}

// An answer repeats the question, and its id.
static int is_answer_to(const unsigned char* answer, int length, const unsigned char* question,
                        int question_length) {
    return length >= question_length && answer[0] == question[0] && answer[1] == question[1] &&
           (answer[2] & 0x80) && get16(answer + 4) == 1 &&
           !memcmp(answer + HEADER_BYTES, question + HEADER_BYTES,
                   (size_t)(question_length - HEADER_BYTES));
}

static long long milliseconds_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

// Waits for `events` until `deadline`. 1, or 0 at the deadline or for an error.
static int wait_until(int fd, short events, long long deadline) {
    for (;;) {
        long long left = deadline - milliseconds_now();
        if (left <= 0) return 0;
        struct pollfd waiting = {fd, events, 0};
        int count = poll(&waiting, 1, (int)left);
        if (count > 0) return 1;
        if (count == 0 || errno != EINTR) return 0;
    }
}

static int ask_udp(const struct sockaddr_in* server, const unsigned char* question,
                   int question_length, unsigned char* answer, int room, int timeout_ms) {
    int fd = __socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), result = -1;
    if (fd < 0) return -1;
    long long deadline = milliseconds_now() + timeout_ms;
    // Connected, so that the kernel passes on only this server's datagrams, and its refusal.
    if (__connect(fd, (const struct sockaddr*)server, sizeof *server) == 0 &&
        __send(fd, question, (size_t)question_length, MSG_NOSIGNAL) == question_length) {
        while (wait_until(fd, POLLIN, deadline)) {
            ssize_t length = __recv(fd, answer, (size_t)room, 0);
            if (length < 0 && errno != EAGAIN && errno != EINTR) break;
            if (length > 0 && is_answer_to(answer, (int)length, question, question_length)) {
                result = (int)length;
                break;
            }
        }
    }
    __close(fd);
    return result;
}

static int move_all(int fd, unsigned char* data, int length, short events, long long deadline) {
    for (int done = 0; done < length;) {
        if (!wait_until(fd, events, deadline)) return -1;
        size_t rest = (size_t)(length - done);
        ssize_t count = events == POLLIN ? __recv(fd, data + done, rest, 0)
                                         : __send(fd, data + done, rest, MSG_NOSIGNAL);
        if (count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR)) return -1;
        if (count > 0) done += (int)count;
    }
    return length;
}

// Over TCP each message has its length before it (RFC 1035 4.2.2).
static int ask_tcp(const struct sockaddr_in* server, const unsigned char* question,
                   int question_length, unsigned char* answer, int room, int timeout_ms) {
    unsigned char framed[DATAGRAM_BYTES + 2], head[2];
    int fd = __socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), result = -1;
    if (fd < 0) return -1;
    long long deadline = milliseconds_now() + timeout_ms;
    framed[0] = (unsigned char)(question_length >> 8), framed[1] = (unsigned char)question_length;
    memcpy(framed + 2, question, (size_t)question_length);
    int connected = __connect(fd, (const struct sockaddr*)server, sizeof *server);
    if ((connected == 0 || errno == EINPROGRESS) &&
        move_all(fd, framed, question_length + 2, POLLOUT, deadline) > 0 &&
        move_all(fd, head, 2, POLLIN, deadline) == 2) {
        int length = get16(head);
        if (length <= room && move_all(fd, answer, length, POLLIN, deadline) == length &&
            is_answer_to(answer, length, question, question_length))
            result = length;
    }
    __close(fd);
    return result;
}

int __dns_query(const char* name, int type, unsigned char* answer, int room) {
    struct configuration configuration;
    unsigned char question[DATAGRAM_BYTES];
    int question_length = make_question(name, type, question);
    if (question_length < 0) return EAI_NONAME;
    read_configuration(&configuration);
    for (int attempt = 0; attempt < configuration.attempts; attempt++) {
        for (int i = 0; i < configuration.server_count; i++) {
            struct sockaddr_in server = {.sin_family = AF_INET,
                                         .sin_port = htons(PORT),
                                         .sin_addr = configuration.server[i]};
            int length =
                ask_udp(&server, question, question_length, answer, room, configuration.timeout_ms);
            if (length > 0 && (answer[2] & 2)) // truncated
                length = ask_tcp(&server, question, question_length, answer, room,
                                 configuration.timeout_ms);
            if (length < HEADER_BYTES) continue;
            int code = answer[3] & 15;
            if (code == 0) return length;
            if (code == CODE_NAME_ERROR) return EAI_NONAME;
        }
    }
    return EAI_AGAIN;
}

// Calls `take` for each answer of `type`; a CNAME leads on to the records behind it in the same
// answer, and the last one is the canonical name.
struct answer_reader {
    int type;
    char* canonical; // 256 bytes
    void (*take)(void* context, const unsigned char* message, int length, int at, int size);
    void* context;
};

static int read_answers(const unsigned char* message, int length,
                        const struct answer_reader* reader) {
    char name[NAME_BYTES];
    int at = HEADER_BYTES, found = 0;
    for (int i = get16(message + 4); i > 0; i--) {
        at = decode_name(message, length, at, name, sizeof name);
        if (at < 0 || (at += 4) > length) return EAI_FAIL;
    }
    for (int i = get16(message + 6); i > 0; i--) {
        at = decode_name(message, length, at, name, sizeof name);
        if (at < 0 || at + 10 > length) return EAI_FAIL;
        int type = get16(message + at), size = get16(message + at + 8);
        at += 10;
        if (at + size > length) return EAI_FAIL;
        if (type == reader->type) {
            found = 1;
            reader->take(reader->context, message, length, at, size);
        } else if (type == TYPE_CNAME && reader->canonical) {
            if (decode_name(message, length, at, name, sizeof name) < 0) return EAI_FAIL;
            strlcpy(reader->canonical, name, NAME_BYTES);
        }
        at += size;
    }
    return found ? 0 : EAI_NODATA;
}

static void take_address(void* context, const unsigned char* message, int length, int at,
                         int size) {
    struct addresses* found = context;
    (void)length;
    if (size == 4 && found->count < MOST_ADDRESSES)
        memcpy(&found->address[found->count++], message + at, 4);
}

static void take_address6(void* context, const unsigned char* message, int length, int at,
                          int size) {
    struct addresses* found = context;
    (void)length;
    if (size == 16 && found->count6 < MOST_ADDRESSES)
        memcpy(&found->address6[found->count6++], message + at, 16);
}

static int look_up_type(const char* name, int type, struct addresses* found) {
    unsigned char answer[ANSWER_BYTES];
    int length = __dns_query(name, type, answer, sizeof answer);
    if (length < 0) return length;
    struct answer_reader reader = {type, found->canonical,
                                   type == TYPE_A ? take_address : take_address6, found};
    return read_answers(answer, length, &reader);
}

// One family's answer is enough; when there is none, what the last question gave counts.
static int look_up(const char* name, struct addresses* found) {
    int v4 = found->want & WANT_V4, v6 = found->want & WANT_V6, error = EAI_NODATA;
    found->count = found->count6 = 0;
    strlcpy(found->canonical, name, sizeof found->canonical);
    if (v4) error = look_up_type(name, TYPE_A, found);
    if (v6 && (!error || error == EAI_NODATA)) error = look_up_type(name, TYPE_AAAA, found);
    return found->count + found->count6 ? 0 : error;
}

int __resolve_dns(const char* name, struct addresses* found) {
    struct configuration configuration;
    read_configuration(&configuration);
    int error = EAI_NONAME;
    if (strchr(name, '.')) error = look_up(name, found);
    if (error != EAI_NONAME) return error;
    size_t length = strlen(name);
    if (length && name[length - 1] == '.') return error;
    char full[2 * NAME_BYTES], *state;
    for (char* domain = strtok_r(configuration.search, " \t", &state); domain;
         domain = strtok_r(0, " \t", &state)) {
        snprintf(full, sizeof full, "%s.%s", name, domain);
        int result = look_up(full, found);
        if (result != EAI_NONAME) return result;
    }
    return strchr(name, '.') ? error : look_up(name, found);
}

struct name_room {
    char* name;
    size_t size;
};

static void take_name(void* context, const unsigned char* message, int length, int at, int size) {
    struct name_room* room = context;
    (void)size;
    if (decode_name(message, length, at, room->name, room->size) < 0) room->name[0] = 0;
}

int __dns_name_of(struct in_addr address, char* name, size_t size) {
    unsigned char answer[ANSWER_BYTES];
    const unsigned char* byte = (const unsigned char*)&address;
    char question[32];
    snprintf(question, sizeof question, "%d.%d.%d.%d.in-addr.arpa", byte[3], byte[2], byte[1],
             byte[0]);
    int length = __dns_query(question, TYPE_PTR, answer, sizeof answer);
    if (length < 0) return length;
    struct name_room room = {name, size};
    struct answer_reader reader = {TYPE_PTR, 0, take_name, &room};
    int error = read_answers(answer, length, &reader);
    return error ? error : name[0] ? 0 : EAI_FAIL;
}
