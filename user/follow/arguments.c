// A call as C would write it: names and kinds from the kernel's one list, values from the record,
// what they point at from the memory that the kernel kept with it.
#include "user/follow/follow.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define none (-1)
#define SYSCALL(name, number64, number32, handler64, handler32, arguments)                         \
    {#name, number64, number32, arguments},
static const struct Call calls[] = {
#include "kernel/syscall/list.def"
};
#undef SYSCALL
#undef none

static const struct SubCall {
    const char *symbol, *name, *direct; // direct: the call of the list whose first arguments it has
    unsigned words;
} sub_calls[] = {
    {"", "", "", 0},
#define SUB_CALL(symbol, name, words, direct) {"SYS_" #symbol, #name, #direct, words},
#include "kernel/syscall/socketcall.def"
};
#undef SUB_CALL
enum { SUB_CALLS = sizeof sub_calls / sizeof *sub_calls };

bool is_sub_call(unsigned long long number) { return number >= 1 && number < SUB_CALLS; }

static const struct Call* call_named(const char* name) {
    for (unsigned i = 0; i < sizeof calls / sizeof *calls; i++)
        if (!strcmp(calls[i].name, name)) return &calls[i];
    return NULL;
}

bool is_call(const char* name) {
    for (unsigned i = 1; i < SUB_CALLS; i++)
        if (!strcmp(sub_calls[i].name, name)) return true;
    return call_named(name) != NULL;
}

const struct Call* call_of(const struct Thread* thread) {
    if (thread->has_block) return call_named(sub_calls[thread->sub_call].direct);
    const bool narrow = thread->call.door == 32;
    for (unsigned i = 0; i < sizeof calls / sizeof *calls; i++)
        if ((narrow ? calls[i].number32 : calls[i].number64) == (int)thread->call.number)
            return &calls[i];
    return NULL;
}

const char* call_name(const struct Thread* thread) {
    if (thread->has_block) return sub_calls[thread->sub_call].name;
    const struct Call* call = call_of(thread);
    return call ? call->name : "?";
}

void print_bytes(const unsigned char* bytes, unsigned length, unsigned long long whole) {
    static const char letters[] = "abtnvfr";
    const unsigned shown = length > 64 ? 64 : length;
    fputc('"', out);
    for (unsigned i = 0; i < shown; i++) {
        if (bytes[i] >= 7 && bytes[i] <= 13)
            fprintf(out, "\\%c", letters[bytes[i] - 7]);
        else if (bytes[i] == '"' || bytes[i] == '\\')
            fprintf(out, "\\%c", bytes[i]);
        else if (bytes[i] < 32 || bytes[i] >= 127)
            fprintf(out, "\\x%02x", bytes[i]);
        else
            fputc(bytes[i], out);
    }
    fprintf(out, whole > shown ? "\"..." : "\"");
}

void print_address(const unsigned char* bytes, unsigned length) {
    unsigned short family = 0;
    if (length < sizeof family) {
        fprintf(out, "{}");
        return;
    }
    memcpy(&family, bytes, sizeof family);
    char text[INET6_ADDRSTRLEN];
    if (family == AF_INET && length >= 8) {
        fprintf(out, "{AF_INET, %s:%u}", inet_ntop(AF_INET, bytes + 4, text, sizeof text),
                bytes[2] << 8 | bytes[3]);
    } else if (family == AF_INET6 && length >= 24) {
        fprintf(out, "{AF_INET6, [%s]:%u}", inet_ntop(AF_INET6, bytes + 8, text, sizeof text),
                bytes[2] << 8 | bytes[3]);
    } else if (family == AF_UNIX && length > 2) {
        const unsigned path =
            bytes[2] ? (unsigned)strnlen((const char*)bytes + 2, length - 2) : length - 2;
        fprintf(out, "{AF_UNIX, ");
        print_bytes(bytes + 2, path, path);
        fputc('}', out);
    } else {
        fputc('{', out);
        if (!print_named("family", family)) fprintf(out, "family %u", family);
        fputc('}', out);
    }
}

static const struct Memory* memory_of(const struct Thread* thread, unsigned argument, bool after) {
    for (unsigned i = 0; i < thread->memory_count; i++) {
        const struct Memory* memory = &thread->memory[i];
        if (memory->about.argument == argument && memory->about.out == after) return memory;
    }
    return NULL;
}

static unsigned long long value_of(const struct Thread* thread, unsigned argument) {
    return thread->has_block ? thread->block[argument] : thread->call.arguments[argument];
}

// What is one thing in memory; where the address is bad, the address.
static void print_part(const struct Memory* memory) {
    const unsigned length = memory->length;
    if (!length)
        fprintf(out, "%#llx", memory->about.address);
    else if (memory->about.what == TRACE_MEMORY_SOCKADDR)
        print_address(memory->bytes, length);
    else if (memory->about.what != TRACE_MEMORY_STRING)
        print_bytes(memory->bytes, length, memory->about.bytes);
    else if (memory->bytes[length - 1])
        print_bytes(memory->bytes, length, length + 1u); // its end isn't there
    else
        print_bytes(memory->bytes, length - 1, length - 1);
}

// Of the sixteen at the most that are kept the last says only that there are more.
static void print_strings(const struct Thread* thread, unsigned argument) {
    enum { SHOWN = 15 };
    const char* between = "";
    fputc('[', out);
    for (unsigned i = 0; i < thread->memory_count; i++) {
        const struct Memory* memory = &thread->memory[i];
        if (memory->about.argument != argument || memory->about.what != TRACE_MEMORY_STRING)
            continue;
        fprintf(out, "%s", between);
        if (memory->about.index < SHOWN)
            print_part(memory);
        else
            fprintf(out, "...");
        between = ", ";
    }
    fputc(']', out);
}

// An iovec of more segments than are kept with it (kernel/syscall/trace_arguments.cpp).
static bool is_long(const struct Thread* thread, const struct Memory* vector) {
    enum { KEPT = 4 };
    return vector->about.bytes / (thread->call.door == 32 ? 8 : 16) > KEPT;
}

// The messages that one argument points at, each of which begins with its header.
static unsigned print_messages(const struct Thread* thread, unsigned argument, bool after) {
    const char *between = "", *end = "";
    unsigned count = 0;
    bool more = false;
    for (unsigned i = 0; i < thread->memory_count; i++) {
        const struct Memory* memory = &thread->memory[i];
        if (memory->about.argument != argument || memory->about.out != after) continue;
        if (memory->about.what == TRACE_MEMORY_HEADER) {
            count++;
            fprintf(out, "%s%s{", end, *end ? ", " : "");
            between = "", end = "[]}";
        } else if (memory->about.what == TRACE_MEMORY_SOCKADDR) {
            print_part(memory);
            fprintf(out, ", ");
        } else if (memory->about.what == TRACE_MEMORY_IOVEC) {
            more = is_long(thread, memory);
        } else if (memory->about.what == TRACE_MEMORY_SEGMENT) {
            fprintf(out, "%s", *between ? between : "[");
            print_part(memory);
            between = ", ", end = more ? ", ...]}" : "]}";
        }
    }
    fprintf(out, "%s", end);
    return count;
}

// sendmmsg's and recvmmsg's: of more than a few the first are kept.
static void print_message_list(const struct Thread* thread, unsigned argument, bool after) {
    fputc('[', out);
    const unsigned count = print_messages(thread, argument, after);
    const unsigned all = (unsigned)(after ? thread->result : value_of(thread, argument + 1));
    fprintf(out, count < all ? ", ...]" : "]");
}

static void print_segments(const struct Thread* thread, unsigned argument, bool after) {
    const char* between = "";
    bool more = false;
    fputc('[', out);
    for (unsigned i = 0; i < thread->memory_count; i++) {
        const struct Memory* memory = &thread->memory[i];
        if (memory->about.argument != argument || memory->about.out != after) continue;
        if (memory->about.what == TRACE_MEMORY_IOVEC) more = is_long(thread, memory);
        if (memory->about.what != TRACE_MEMORY_SEGMENT) continue;
        fprintf(out, "%s", between);
        print_part(memory);
        between = ", ";
    }
    fprintf(out, more ? ", ...]" : "]");
}

// True when the kind points at something, and that was printed.
static bool print_pointed(const struct Thread* thread, const char* kind, unsigned argument,
                          bool after) {
    const struct Memory* memory = memory_of(thread, argument, after);
    if (!memory || !memory->length) return false; // not there, or a bad address
    switch (memory->about.what) {
    case TRACE_MEMORY_STRING:
        if (!strcmp(kind, "argv"))
            print_strings(thread, argument);
        else
            print_part(memory);
        break;
    case TRACE_MEMORY_BYTES:
    case TRACE_MEMORY_SOCKADDR:
        print_part(memory);
        break;
    case TRACE_MEMORY_STRUCT:
        print_structure(kind, memory, thread->call.door == 32);
        break;
    case TRACE_MEMORY_HEADER:
        if (!strncmp(kind, "mm", 2))
            print_message_list(thread, argument, after);
        else
            print_messages(thread, argument, after);
        break;
    default:
        print_segments(thread, argument, after);
        break;
    }
    return true;
}

static bool is_pointer(const char* kind) {
    static const char* const kinds[] = {"hex",      "path",  "string", "argv",    "in",
                                        "sockaddr", "iovec", "msghdr", "mmsghdr", "pollfds"};
    for (unsigned i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (!strcmp(kind, kinds[i])) return true;
    return false;
}

static void print_number(const struct Thread* thread, const char* kind, unsigned long long value) {
    const bool narrow = thread->call.door == 32;
    if (!value && is_pointer(kind))
        fprintf(out, "NULL");
    else if (!strcmp(kind, "at") && (int)value == -100)
        fprintf(out, "AT_FDCWD");
    else if (!strcmp(kind, "bits") || is_pointer(kind))
        fprintf(out, "%#llx", value);
    else if (!strcmp(kind, "mode"))
        fprintf(out, "%#llo", value);
    else if (!strcmp(kind, "fd") || !strcmp(kind, "at") || !strcmp(kind, "pid"))
        fprintf(out, "%d", (int)value);
    else if (print_named(kind, value & 0xffffffff))
        return;
    else if ((long long)value > 0xffffff || (narrow && value > 0xffffff && (int)value > 0))
        fprintf(out, "%#llx", value);
    else
        fprintf(out, "%lld", narrow ? (long long)(int)value : (long long)value);
}

static bool is_out(const char* kind) {
    const size_t length = strlen(kind);
    return !strcmp(kind, "out") || (length > 4 && !strcmp(kind + length - 4, "_out"));
}

// What an ioctl's argument is depends on the command before it.
static const char* kind_of(const struct Thread* thread, const char* kind, unsigned argument) {
    return strcmp(kind, "ioctl_data") ? kind : ioctl_kind((unsigned)value_of(thread, argument - 1));
}

static void print_argument(const struct Thread* thread, char* word, unsigned argument,
                           bool complete) {
    char* colon = strchr(word, ':');
    if (colon) *colon = 0;
    const unsigned long long value = value_of(thread, argument);
    const char* kind = kind_of(thread, colon ? colon + 1 : word, argument);
    const bool is_address = is_out(kind) || (colon && !strcmp(colon + 1, "ioctl_data"));
    if (is_out(kind) && value && !complete)
        fprintf(out, "%s", word);
    else if (value == 0 && is_out(kind))
        fprintf(out, "NULL");
    else if ((complete && print_pointed(thread, kind, argument, true)) ||
             print_pointed(thread, kind, argument, false))
        return;
    else
        print_number(thread, is_address ? "hex" : kind, value);
}

static unsigned argument_words(const struct Thread* thread, char (*words)[32]) {
    const struct Call* call = call_of(thread);
    unsigned count = 0;
    const unsigned most = thread->has_block ? sub_calls[thread->sub_call].words : 6;
    char text[128];
    snprintf(text, sizeof text, "%s", call ? call->arguments : "");
    char* save;
    for (char* word = strtok_r(text, " ", &save); word && count < most;
         word = strtok_r(NULL, " ", &save))
        snprintf(words[count++], 32, "%s", word);
    return count;
}

void print_call(const struct Thread* thread, bool complete) {
    char words[6][32];
    const unsigned count = argument_words(thread, words);
    if (thread->has_block) {
        fprintf(out, "socketcall(%s → ", sub_calls[thread->sub_call].symbol);
    }
    const struct Call* call = call_of(thread);
    if (call)
        fprintf(out, "%s(", call_name(thread));
    else
        fprintf(out, "call %llu(", thread->call.number);
    for (unsigned i = 0; i < count; i++) {
        if (i) fprintf(out, ", ");
        print_argument(thread, words[i], i, complete);
    }
    fprintf(out, thread->has_block ? "))" : ")");
}

void print_result(const struct Thread* thread, long long result, bool outs) {
    if (result < 0 && result >= -4095) {
        if (result <= -512)
            fprintf(out, " = ? %s (to be restarted)", error_name((int)-result));
        else
            fprintf(out, " = -1 %s (%s)", error_name((int)-result), strerror((int)-result));
    } else if (result > 0xffffff) {
        fprintf(out, " = %#llx", thread->call.door == 32 ? result & 0xffffffff : result);
    } else {
        fprintf(out, " = %lld", result);
    }
    if (!outs) return;
    char words[6][32];
    const unsigned count = argument_words(thread, words);
    for (unsigned i = 0; i < count; i++) {
        char* colon = strchr(words[i], ':');
        if (!colon || !memory_of(thread, i, true)) continue;
        fprintf(out, ", %.*s ", (int)(colon - words[i]), words[i]);
        print_pointed(thread, kind_of(thread, colon + 1, i), i, true);
    }
}
