// The shell's parts and what passes between them: text -> tokens (lexer.c) -> tree (parser.c) ->
// fields (expand.c) -> processes (exec.c, redirect.c, jobs.c). One global, `shell`, is its state.
#pragma once

#include "user/lib/user.h"

#include <signal.h>
#include <sys/types.h>

// --- memory that is given back in one piece (arena.c) ---
struct Arena {
    struct Block* block;
    bool keep; // a function lives in it: never given back
};
struct Mark {
    struct Block* block;
    size_t used;
};
void* arena_take(struct Arena* arena, size_t size); // zeroed
char* arena_text(struct Arena* arena, const char* text, size_t length);
struct Mark arena_mark(struct Arena* arena);
void arena_release(struct Arena* arena, struct Mark mark);
void arena_free(struct Arena* arena);

// --- where commands come from (source.c) ---
// An alias whose text is being read.
struct Expanded {
    char* name;
    size_t end;        // of its text, in the source's
    bool blank_behind; // the text ends with a blank: the next word may be an alias too
    struct Expanded* outer;
};
struct Source {
    struct Buffer text; // the command being read, from its beginning
    size_t at;
    struct Expanded* expanded; // the innermost one
    int fd;                    // -1: there is only `text`
    bool byte_wise;            // standard input: take no byte that a command may want
    bool interactive;          // lines come from the line editor
    bool continued;            // inside a command: the second prompt
    bool ended;                // the person typed ^D
    int line;
};
int source_peek(struct Source* source); // -1 at the end
int source_get(struct Source* source);
void source_begin_command(struct Source* source); // drops what was consumed
void source_drop_line(struct Source* source);
// Puts `text` in the place of what stands there, to be read next.
void source_replace(struct Source* source, size_t start, size_t end, const char* text);
void source_leave_alias(struct Source* source); // the innermost one has been read

// --- tokens (lexer.c) ---
enum TokenKind {
    TOKEN_END,
    TOKEN_WORD,
    TOKEN_NEWLINE,
    TOKEN_AND,
    TOKEN_OR,
    TOKEN_SEMI,
    TOKEN_DOUBLE_SEMI,
    TOKEN_BACKGROUND,
    TOKEN_PIPE,
    TOKEN_OPEN,
    TOKEN_CLOSE,
    TOKEN_REDIRECT,
    TOKEN_ERROR,
};
enum RedirectKind {
    REDIRECT_IN,
    REDIRECT_OUT,
    REDIRECT_APPEND,
    REDIRECT_BOTH,
    REDIRECT_DUPLICATE,
    REDIRECT_HERE,
};
struct Token {
    enum TokenKind kind;
    char* text; // a word as it was written, quotes and all
    enum RedirectKind redirect;
    int fd; // of a redirection
    bool strip_tabs;
    size_t start, end; // in the source's text
};
struct Token next_token(struct Source* source, struct Arena* arena);
// Moves over one quoted or substituted stretch that begins at text[at]; the place behind it, or 0
// if its end isn't there.
size_t skip_quoted(const char* text, size_t at, size_t length);

// --- the tree (parser.c) ---
struct Word {
    char* text;
    struct Word* next;
};
struct Redirect {
    enum RedirectKind kind;
    int fd;
    char* target; // a word; of a here-document its body
    bool quoted;  // a here-document that isn't expanded
    struct Redirect* next;
};
struct CaseArm {
    struct Word* patterns;
    struct Node* body;
    struct CaseArm* next;
};
enum NodeKind {
    NODE_SIMPLE,
    NODE_PIPE,
    NODE_AND,
    NODE_OR,
    NODE_NOT,
    NODE_SEQUENCE,
    NODE_BACKGROUND,
    NODE_SUBSHELL,
    NODE_GROUP,
    NODE_IF,
    NODE_WHILE,
    NODE_UNTIL,
    NODE_FOR,
    NODE_CASE,
    NODE_FUNCTION,
};
struct Node {
    enum NodeKind kind;
    struct Node *left, *right, *otherwise; // condition, body and else of an if
    struct Word *words, *assignments;
    struct Redirect* redirects;
    struct CaseArm* arms;
    char* name;    // of a function or a for's variable
    bool has_list; // for … in
    char* text;    // as written, for `jobs`
};
enum ParseResult { PARSED, PARSED_NOTHING, PARSE_END, PARSE_ERROR };
enum ParseResult parse_command(struct Source* source, struct Arena* arena, struct Node** out);

// --- variables and parameters (variables.c) ---
void variables_import(char** environment);
const char* variable(const char* name);                 // null if unset
bool set_variable(const char* name, const char* value); // false (and a message) if it is read-only
bool unset_variable(const char* name);
void export_variable(const char* name);
void protect_variable(const char* name);
void print_variables(bool exported, const char* prefix);
void print_quoted(const char* value); // a line, as the shell would read it again
char** exported_environment(struct Arena* arena);
bool is_name(const char* text, size_t length);
void variables_push(void); // a function's locals begin
void variables_pop(void);
void make_local(const char* name);

// --- expansion (expand.c, parameter.c, arithmetic.c, glob.c) ---
struct Fields {
    char** field;
    int count;
};
struct Expansion { // bytes, and for each byte where it came from
    struct Buffer text;
    struct Buffer kind;
};
enum {
    KIND_LITERAL = 'l',
    KIND_QUOTED = 'q',
    KIND_SPLIT = 's',
    KIND_BREAK = 'b',
    KIND_EMPTY = 'e'
};
struct Fields expand_words(struct Word* words); // all of it, into the scratch arena
char* expand_one(const char* word);             // without splitting and globbing
char* expand_pattern(const char* word);         // quoted bytes come out behind backslashes
char* expand_here(const char* body);            // as inside double quotes
void expand_into(struct Expansion* out, const char* text, size_t length, bool quoted,
                 bool assigned);
void expansion_put(struct Expansion* out, const char* text, size_t length, char kind);
size_t expand_dollar(struct Expansion* out, const char* text, size_t at, size_t length,
                     bool quoted);
char* command_output(const char* text, size_t length); // allocated
long long arithmetic(const char* text);                // an error sets shell.failed
bool glob_fields(const char* pattern, struct Names* out);
void expansion_error(const char* what, const char* why);

// --- running (exec.c, redirect.c) ---
int run(struct Node* node, bool last); // last: the process may become the command
int run_text(const char* text, size_t length);
int run_source(struct Source* source);
_Noreturn void shell_exit(int status);
char* find_program(const char* name); // allocated; null if there is none
struct Saved {
    int fd, copy;
    struct Saved* next;
};
bool redirect(struct Redirect* list, struct Saved** saved); // saved null: for good
void undo_redirects(struct Saved* saved);
struct Node* find_function(const char* name);
_Noreturn void execute_program(char** argv);
void print_functions(void);

// --- jobs (jobs.c) ---
enum JobState { JOB_RUNNING, JOB_STOPPED, JOB_DONE };
struct Job {
    int number;
    pid_t group;
    pid_t* pid;
    int* status; // of each process, as wait gives it; -1 while it runs
    int count;
    enum JobState state;
    bool told, foreground;
    char* text;
    struct Job* next;
};
struct Job* job_create(const char* text);
void job_add(struct Job* job, pid_t pid);
pid_t job_fork(struct Job* job, bool foreground);
int job_wait(struct Job* job); // to its end or stop; the exit status
int job_status(const struct Job* job);
void job_remove(struct Job* job);
struct Job* job_find(const char* text, bool complain);
struct Job* job_list(void);
bool reap(bool block); // notes what has changed; false if nothing has
void report_jobs(bool all);
void job_continue(struct Job* job, bool foreground);
void become_subshell(void);

const char* alias_text(const char* name); // null: it is none (alias.c)
void print_alias(const char* name, const char* text);

// --- built-ins (builtins.c, builtins_shell.c, builtins_options.c, builtins_jobs.c) ---
struct Builtin {
    const char* name;
    int (*run)(int argc, char** argv);
    bool special;
};
const struct Builtin* find_builtin(const char* name);
extern const struct Builtin builtins[], shell_builtins[], option_builtins[], job_builtins[],
    alias_builtins[];
void run_traps(void);
void run_exit_trap(void);
void forget_traps(void);
void catch_interrupt(void);

// --- the line editor (edit.c, complete.c, history.c) ---
char* edit_line(const char* prompt); // with its newline; null at the end of input
void complete(const char* line, size_t at, struct Names* out, size_t* start);
void history_add(const char* line);
const char* history_line(size_t index); // 0 is the oldest; null behind the newest
size_t history_count(void);

enum Unwind { UNWIND_NONE, UNWIND_BREAK, UNWIND_CONTINUE, UNWIND_RETURN };
struct Shell {
    const char* name; // $0
    char** argument;  // $1 …
    int arguments;
    int status;       // $?
    pid_t process;    // $$
    pid_t background; // $!
    bool interactive, job_control, subshell, failed;
    bool exit_on_error, trace, unset_error, no_glob, no_run, export_all, verbose;
    int tested; // > 0 inside a condition: set -e rests
    int loops, functions;
    enum Unwind unwind;
    int unwind_count;
    int substitution_status; // of the last $( ), -1 if there was none
    struct Arena scratch;
    int terminal;
    volatile sig_atomic_t interrupted;
};
extern struct Shell shell;
