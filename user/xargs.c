// Runs a program with arguments from standard input.
#include "user/lib/user.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST = 1000 };
static bool zeros, empty_too = true, trace;
static const char* placeholder;
static int status;

// The next word, or null at the end: quotes and backslashes protect blanks.
static char* next_word(void) {
    struct Buffer word = {0};
    int c, quote = 0;
    bool some = false;
    while ((c = getchar()) != EOF) {
        if (zeros ? !c : placeholder ? c == '\n' : !quote && isspace(c)) {
            if (some) break;
            if (zeros) return copy_text("");
            continue;
        }
        some = true;
        if (zeros || placeholder)
            buffer_put(&word, (char)c);
        else if (quote ? c == quote : c == '"' || c == '\'')
            quote = quote ? 0 : c;
        else if (c == '\\' && !quote && (c = getchar()) == EOF)
            break;
        else
            buffer_put(&word, (char)c);
    }
    return some ? word.data ? word.data : copy_text("") : NULL;
}

static void run(char** argv) {
    for (int i = 0; trace && argv[i]; i++)
        fprintf(stderr, "%s%c", argv[i], argv[i + 1] ? ' ' : '\n');
    pid_t pid = fork();
    int result;
    if (pid < 0) die_errno("fork");
    if (!pid) {
        execvp(argv[0], argv);
        warn_errno(argv[0]);
        _exit(errno == ENOENT ? 127 : 126);
    }
    while (waitpid(pid, &result, 0) < 0 && errno == EINTR) {
    }
    if (WIFEXITED(result) && WEXITSTATUS(result) >= 126) exit(WEXITSTATUS(result));
    if (result) status = 123;
}

static char* replace(const char* text, const char* word) {
    struct Buffer out = {0};
    const char* found;
    while ((found = strstr(text, placeholder))) {
        buffer_add(&out, text, (size_t)(found - text));
        buffer_text(&out, word);
        text = found + strlen(placeholder);
    }
    buffer_text(&out, text);
    return out.data;
}

static void run_each(char** command, int words) {
    char* word;
    while ((word = next_word())) {
        char** argv = allocate(((size_t)words + 1) * sizeof *argv);
        for (int i = 0; i < words; i++) argv[i] = replace(command[i], word);
        run(argv);
        for (int i = 0; i < words; i++) free(argv[i]);
        free(argv);
        free(word);
    }
}

int main(int argc, char** argv) {
    begin(argv, "xargs [-0rt] [-n COUNT] [-I TEXT] [PROGRAM [ARGUMENT...]]\n");
    int letter, most = MOST;
    // The program's own options aren't ours.
    while (option_index < argc && *argv[option_index] == '-' &&
           (letter = option(argc, argv, "0rtn:I:"))) {
        if (letter == '0') zeros = true;
        if (letter == 'r') empty_too = false;
        if (letter == 't') trace = true;
        if (letter == 'n') most = (int)number(option_value, "count", 1, MOST);
        if (letter == 'I') placeholder = option_value;
    }
    char* echo[] = {"echo"};
    char** command = option_index < argc ? argv + option_index : echo;
    int words = option_index < argc ? argc - option_index : 1;
    if (placeholder) {
        run_each(command, words);
        return status;
    }
    char** list = allocate(((size_t)words + MOST + 1) * sizeof *list);
    memcpy(list, command, (size_t)words * sizeof *list);
    char* word;
    int count = 0;
    bool ran = false;
    while ((word = next_word())) {
        list[words + count++] = word;
        if (count < most) continue;
        list[words + count] = NULL;
        run(list);
        ran = true;
        while (count) free(list[words + --count]);
    }
    list[words + count] = NULL;
    if (count || (!ran && empty_too)) run(list);
    return status;
}
