// What several of the bundled programs need, once: messages, options, numbers, lines, files, names.
// Nothing here is a policy of one program. The network's part is in net.h.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>
#include <time.h>

// --- messages (message.c) ---
// Call first in main: remembers the program's name, answers --help with `usage` and exit status 0.
void begin(char** argv, const char* usage);
const char* program_name(void);
// `name: what: strerror(errno)` on standard error.
void warn_errno(const char* what);
// `name: text` on standard error.
void warn_text(const char* format, ...) __attribute__((format(printf, 1, 2)));
_Noreturn void die_errno(const char* what); // exit status 1
_Noreturn void die_text(const char* format, ...) __attribute__((format(printf, 1, 2)));
_Noreturn void die_usage(void); // prints the usage, exit status 2
// Flushes standard output; a failed write (a full disk) is an error that the status must tell.
int finish(int status);

// --- options (option.c) ---
// The next option letter, or 0 at the end; then argv[option_index] is the first operand. A colon
// after a letter means that it takes a value, found in option_value. An unknown one ends the
// program.
int option(int argc, char** argv, const char* letters);
extern int option_index;
extern char* option_value;
// A whole decimal (or 0x, 0) number in [low, high], or the program ends with a message naming
// `what`.
long long number(const char* text, const char* what, long long low, long long high);
// A size with an optional suffix c, w, b, k, K, M, G (1024-based).
long long size_number(const char* text, const char* what);
// Seconds with a fraction and an optional suffix s, m, h, d. false if it is none.
bool duration(const char* text, struct timespec* out);

// --- memory and text (text.c) ---
void* need(void* memory); // ends the program if memory is a null pointer
void* allocate(size_t size);
void* reallocate(void* old, size_t size);
char* copy_text(const char* text);
char* copy_bytes(const char* text, size_t length); // adds the zero at the end
char* format_text(const char* format, ...) __attribute__((format(printf, 1, 2)));
// One line without its newline, zero-ended and allocated; null at the end. *length may hold zeros'
// place; *newline (may be null) says whether one was there.
char* read_line(FILE* file, size_t* length, bool* newline);
// 1536 -> "1.5K"
const char* human_size(uint64_t bytes, char out[16]);
// Shell patterns: * ? [a-z] [!a] and backslash.
bool wildcard(const char* pattern, const char* text);
// Interprets one backslash escape at *text (behind the backslash), moves *text on. -1: \c, "stop".
int escape(const char** text);

struct Buffer { // bytes that grow; always zero-ended
    char* data;
    size_t length;
    size_t capacity;
};
void buffer_add(struct Buffer* buffer, const char* bytes, size_t length);
void buffer_put(struct Buffer* buffer, char c);
void buffer_text(struct Buffer* buffer, const char* text);

// --- files (file.c) ---
int write_all(int fd, const void* bytes, size_t length); // 0, or -1 and errno
// Copies until the end of `in`; 0, or -1 and errno (*reading, if not null, says which side failed).
int copy_descriptor(int in, int out, bool* reading);
int open_input(const char* path); // "-" is standard input; -1 and a message on failure
FILE* open_stream(const char* path);
// Reads a small text file whole (at most size-1 bytes), zero-ended. Bytes, or -1 and errno.
ssize_t read_small(const char* path, char* out, size_t size);
char* join_path(const char* directory, const char* name);
// Where a program would be executed from: by `path` (the value of PATH; may be null), or its own.
// Allocated; null: nowhere.
char* find_executable(const char* name, const char* path);
const char* last_part(const char* path); // behind the last slash
struct Names {
    char** name;
    size_t count;
};
// The sorted names in a directory, without . and .. unless `all`. 0, or -1 and errno.
int list_directory(const char* path, bool all, struct Names* names);
void names_add(struct Names* names, char* name);
void names_sort(struct Names* names);
void names_free(struct Names* names);
void mode_text(mode_t mode, char out[11]); // drwxr-xr-x
// "755" or "u+x,go-w" applied to `old`; false if the text is no mode.
bool parse_mode(const char* text, mode_t old, mode_t* out);
// Asks on standard error; true for an answer that begins with y.
bool confirm(const char* format, ...) __attribute__((format(printf, 1, 2)));
// Runs `each` on the operands from argv[option_index] on, or on "-" if there are none.
int for_operands(int argc, char** argv, int (*each)(const char* path));

// --- users and signals (names.c) ---
const char* user_name(uid_t id);  // from /etc/passwd, else the number
const char* group_name(gid_t id); // from /etc/group, else the number
bool user_id(const char* name, uid_t* id, gid_t* group);
bool group_id(const char* name, gid_t* id);
const char* signal_name(int signal); // without SIG; null if there is none
int signal_number(const char* name); // "9", "KILL", "SIGKILL"; -1
void list_signals(void);
const char* signal_text(int signal); // as a shell reports a death: "Segmentation fault"

// --- programs that are also the shell's built-ins (builtin.c, test_expr.c) ---
int echo_main(int argc, char** argv);
int printf_main(int argc, char** argv);
int kill_main(int argc, char** argv, pid_t (*find)(const char* name));
int test_main(int argc, char** argv); // 0 true, 1 false, 2 an error (a message was printed)
