// Texts of errors and signals, patterns, options, addresses, paths: as the host's libc has them.
#include <arpa/inet.h>
#include <fnmatch.h>
#include <getopt.h>
#include <netdb.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "check.h"

static void patterns(void) {
    static const char* const all[] = {
        "*",   "*.c", "a?c", "[a-c]x", "[!a-c]x", "a*b*c", "\\*", "[]]",  "[[:digit:]]*", "",
        "a/*", "*/b", "[a",  ".*",     "?a",      "**",    "a*",  "[a-]", "x[!]-]y"};
    static const char* const names[] = {"",     "a",  "a.c", ".c", "abc", "axbxc", "a/b",
                                        "a/.b", "*",  "]",   "5x", "dx",  "bx",    ".hidden",
                                        "-",    "[a", "x5y", "\\", "a\\"};
    static const int flags[] = {
        0, FNM_PATHNAME, FNM_PERIOD, FNM_PATHNAME | FNM_PERIOD, FNM_NOESCAPE, FNM_CASEFOLD};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        for (size_t k = 0; k < sizeof names / sizeof *names; k++)
            for (size_t f = 0; f < sizeof flags / sizeof *flags; f++)
                printf("%s %s %d: %d\n", all[i], names[k], flags[f],
                       fnmatch(all[i], names[k], flags[f]));
}

// Left out: what glibc reads one way before the match and another behind it.
static void random_sets(void) {
    static const char* const parts[] = {
        "a",    "b",         "-",         "]",         "!",        "^",      "\\",    "/",
        "*",    "[=a=]",     "[=-=]",     "[=]=]",     "[.a.]",    "[.-.]",  "[.].]", "[.ab.]",
        "[..]", "[:alpha:]", "[:upper:]", "[:digit:]", "[:nope:]", "[:a1:]", "[.",    "."};
    for (int i = 0; i < 6000; i++) {
        char pattern[80] = "[", name[4] = "";
        for (unsigned long long k = next_random() % 5 + 1; k; k--)
            strcat(pattern, parts[next_random() % (sizeof parts / sizeof *parts)]);
        if (next_random() % 4) strcat(pattern, "]");
        if (strstr(pattern, "-[=") || strstr(pattern, "-[:") || strstr(pattern, ".]-]")) continue;
        for (size_t k = 0; k <= next_random() % 2; k++) name[k] = "abA]-.[:/\\"[next_random() % 10];
        int flags =
            (int)(next_random() & (FNM_PATHNAME | FNM_PERIOD | FNM_NOESCAPE | FNM_LEADING_DIR));
        printf("%s %s %d: %d\n", pattern, name, flags, fnmatch(pattern, name, flags));
    }
}

static void random_patterns(void) {
    for (int i = 0; i < 4000; i++) {
        char pattern[9] = "", name[7] = "";
        size_t length = next_random() % 8, size = next_random() % 6;
        for (size_t k = 0; k < length; k++) pattern[k] = "ab*?[]!^-\\/.:"[next_random() % 13];
        for (size_t k = 0; k < size; k++) name[k] = "ab/.]\\-*"[next_random() % 8];
        if (strstr(pattern, "[:")) continue;
        int flags =
            (int)(next_random() & (FNM_PATHNAME | FNM_PERIOD | FNM_NOESCAPE | FNM_LEADING_DIR));
        printf("%s %s %d: %d\n", pattern, name, flags, fnmatch(pattern, name, flags));
    }
}

// With what is said on standard error.
static void options(void) {
    fflush(stdout);
    dup2(1, 2);
    setvbuf(stdout, 0, _IONBF, 0);
    static const struct option list[] = {{"alpha", no_argument, 0, 'a'},
                                         {"beta", required_argument, 0, 'b'},
                                         {"gamma", optional_argument, 0, 'g'},
                                         {"alphabet", no_argument, 0, 'z'},
                                         {0, 0, 0, 0}};
    static const char* const lines[][10] = {
        {"p", "-a", "-bx", "file", "-b", "y", "other", 0},
        {"p", "one", "-a", "two", "--beta=3", "--", "-a", "three", 0},
        {"p", "--gamma", "--gamma=5", "--alp", "--alpha", "--nope", "x", 0},
        {"p", "-ab", 0},
        {"p", "-x", "-a", 0},
        {"p", "--beta", 0},
        {"p", "--al", "--bet=1", "--alphabet=5", "--no=1", 0},
        {"p", "-", "-a", 0},
        {"p", "x", "y", "--", "z", 0},
        {"p", "x", "-a", "y", "-a", "z", 0}};
    static const char* const letters[] = {"ab:g::", "+ab:g::", "-ab:g::", ":ab:g::", "-:ab:g::"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines * 5; i++) {
        char* argv[10];
        int argc = 0, c;
        while (lines[i / 5][argc]) argv[argc] = (char*)lines[i / 5][argc], argc++;
        argv[argc] = 0;
        optind = 0;
        while ((c = getopt_long(argc, argv, letters[i % 5], list, 0)) != -1)
            printf("%d(%s) %d ", c, optarg ? optarg : "-", optind);
        printf("| %d:", optind);
        for (int k = 1; k < argc; k++) printf(" %s", argv[k]);
        printf("\n");
    }
}

static void addresses(void) {
    static const char* const texts[] = {
        "1.2.3.4",   "127.1", "0x7f.1",     "1.2.3",     "256.1.1.1", "1.2.3.4.5",
        "01.2.3.4",  "",      "4294967295", "1.2.3.4 x", "a",         "0xff.0x10",
        "1.2.3.4. ", "1.",    "10.1 ",      "0x",        "08"};
    static const char* const sixes[] = {"::",
                                        "::1",
                                        "1::",
                                        "1:2:3:4:5:6:7:8",
                                        "1::8",
                                        "::ffff:1.2.3.4",
                                        "1:2:3:4:5:6:7",
                                        "1:::2",
                                        ":1",
                                        "1:2:3:4:5:6:1.2.3.4",
                                        "fe80::1:0:0:1",
                                        "1:0:0:2::",
                                        "::1.2.3.4",
                                        "12345::",
                                        "0:0:1::",
                                        "1:2:3:4:5:6:7::",
                                        "::2:3:4:5:6:7:8",
                                        "1:0:3:0:5:0:7:8"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct in_addr address = {0};
        int loose = inet_aton(texts[i], &address);
        unsigned value = loose ? ntohl(address.s_addr) : 0;
        int strict = inet_pton(AF_INET, texts[i], &address);
        printf("%s: %d %x %d %x\n", texts[i], loose != 0, value, strict, inet_network(texts[i]));
    }
    for (size_t i = 0; i < sizeof sixes / sizeof *sixes; i++) {
        unsigned char bytes[16];
        char text[64] = "-";
        int good = inet_pton(AF_INET6, sixes[i], bytes);
        if (good == 1) inet_ntop(AF_INET6, bytes, text, sizeof text);
        printf("%s: %d %s\n", sixes[i], good, text);
    }
}

// What looks like addresses, and sometimes is one. The sum of all texts tells whether they are
// alike.
static void random_addresses(void) {
    unsigned long long sum = 0;
    for (int i = 0; i < 15000; i++) {
        char text[INET6_ADDRSTRLEN] = "";
        unsigned char bytes[16] = {0};
        size_t length = next_random() % 24;
        for (size_t k = 0; k < length; k++) text[k] = ":::::0001aF9.25g"[next_random() % 16];
        int good = inet_pton(AF_INET6, text, bytes) + 2 * inet_pton(AF_INET, text, bytes);
        for (int k = 0; good == 0 && k < 16; k++)
            bytes[k] =
                (unsigned char[]){0, 0, 0xff, (unsigned char)next_random()}[next_random() % 4];
        if (!inet_ntop(i % 8 ? AF_INET6 : AF_INET, bytes, text, 16 + next_random() % 31)) *text = 0;
        for (char* at = text; *at; at++) sum = sum * 31 + (unsigned char)*at;
        sum = sum * 31 + (unsigned)good;
        if (i % 1000 == 0) printf("%d %s %llx\n", good, text, sum);
    }
}

static void services(void) {
    static const char* const names[] = {"", "0", "80", " 80", "+80", "-1", "80x", "http-not-there"};
    const struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM};
    for (int i = 0; i < 8; i++) {
        struct addrinfo* found = 0;
        int error = getaddrinfo("127.0.0.1", names[i], &hints, &found);
        printf("'%s': %d %d\n", names[i], error,
               error ? 0 : ntohs(((struct sockaddr_in*)found->ai_addr)->sin_port));
        if (!error) freeaddrinfo(found);
    }
    struct addrinfo* found;
    printf("%d\n", getaddrinfo("127.0.0.1", 0, &(struct addrinfo){.ai_flags = 1 << 14}, &found));
}

int main(void) {
    services();
    for (int i = 0; i < 140; i++) printf("%d %s\n", i, strerror(i));
    for (int i = 1; i < 32; i++) printf("%d %s\n", i, strsignal(i));
    patterns();
    random_patterns();
    random_sets();
    options();
    addresses();
    random_addresses();
    static const char* const versions[] = {"a1",    "a2",   "a10", "a01", "a001", "b",  "",
                                           "1.2.3", "1.10", "1.9", "a",   "a0",   "00", "0"};
    for (int i = 0; i < 14; i++)
        for (int k = 0; k < 14; k++) {
            int order = strverscmp(versions[i], versions[k]);
            printf("%d ", (order > 0) - (order < 0));
        }
    printf("\n");
    return 0;
}
