// The menu: a prompt and six commands, two of which talk to each other over TCP.
#include "user/lib/greeting.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct Command {
    const char *name, *description;
    int (*run)(int argc, char** argv);
};

static int do_help(int argc, char** argv);

static int do_version(int argc, char** argv) {
    (void)argc, (void)argv;
    puts("MenuOS of Plumb, version 1.0");
    return 0;
}

static int do_quit(int argc, char** argv) {
    (void)argc, (void)argv;
    exit(finish(0));
}

static int do_replyhi(int argc, char** argv) {
    return start_replyhi(argc > 1 ? argv[1] : "127.0.0.1", argc > 2 ? argv[2] : "5001");
}

static int do_hello(int argc, char** argv) {
    return say_hello(argc > 1 ? argv[1] : "127.0.0.1", argc > 2 ? argv[2] : "5001");
}

static int do_time(int argc, char** argv) {
    (void)argc, (void)argv;
    time_t now = time(NULL);
    char text[64];
    strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", gmtime(&now));
    puts(text);
    return 0;
}

static const struct Command commands[] = {
    {"help", "this list", do_help},
    {"version", "the version of the menu", do_version},
    {"quit", "leave the menu", do_quit},
    {"replyhi", "[ADDRESS [PORT]]: answer hello with hi", do_replyhi},
    {"hello", "[ADDRESS [PORT]]: say hello to replyhi", do_hello},
    {"time", "date and time (UTC)", do_time},
};
enum { COMMANDS = sizeof commands / sizeof commands[0] };

static int do_help(int argc, char** argv) {
    (void)argc, (void)argv;
    for (int i = 0; i < COMMANDS; i++)
        printf("%-8s %s\n", commands[i].name, commands[i].description);
    return 0;
}

static int obey(char* line) {
    char* argv[8];
    int argc = 0;
    for (char* word = strtok(line, " \t\r"); word && argc < 7; word = strtok(NULL, " \t\r")) {
        argv[argc++] = word;
    }
    if (!argc) return 0;
    for (int i = 0; i < COMMANDS; i++) {
        if (!strcmp(commands[i].name, argv[0])) return commands[i].run(argc, argv);
    }
    printf("%s: no such command; try help\n", argv[0]);
    return 1;
}

int main(int argc, char** argv) {
    begin(argv, "menu\nA prompt with the commands help, version, quit, replyhi, hello, time.\n");
    if (argc > 1) die_usage();
    puts("`help` lists the commands.");
    signal(SIGCHLD, SIG_IGN); // a server that ends leaves nothing behind
    for (;;) {
        printf("MenuOS>>");
        fflush(stdout);
        char* line = read_line(stdin, NULL, NULL);
        if (!line) break;
        obey(line);
        free(line);
    }
    putchar('\n');
    return finish(0);
}
