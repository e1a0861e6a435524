// Walks the tree: runs each command in this process or in one of its own.
#include "user/sh/sh.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct Function {
    char* name;
    struct Node* body;
    struct Function* next;
};
static struct Function* functions;

struct Node* find_function(const char* name) {
    for (struct Function* function = functions; function; function = function->next) {
        if (!strcmp(function->name, name)) return function->body;
    }
    return NULL;
}

static int define_function(struct Node* node) {
    struct Function* function = functions;
    while (function && strcmp(function->name, node->name)) function = function->next;
    if (!function) {
        function = allocate(sizeof *function);
        function->name = copy_text(node->name);
        function->next = functions;
        functions = function;
    }
    function->body = node->left;
    return 0;
}

void print_functions(void) {
    for (struct Function* function = functions; function; function = function->next) {
        printf("%s() %s\n", function->name, function->body->text);
    }
}

char* find_program(const char* name) { return find_executable(name, variable("PATH")); }

// A file without a format of its own is a script for this shell.
static void execute_script(const char* path, char** argv, char** environment) {
    int count = 0;
    while (argv[count]) count++;
    char** list = arena_take(&shell.scratch, ((size_t)count + 2) * sizeof *list);
    list[0] = "sh";
    list[1] = (char*)path;
    for (int i = 1; i < count; i++) list[i + 1] = argv[i];
    execve("/proc/self/exe", list, environment);
    execve("/bin/sh", list, environment);
}

void execute_program(char** argv) {
    char* path = strchr(argv[0], '/') ? argv[0] : find_program(argv[0]);
    if (!path) {
        warn_text("%s: not found", argv[0]);
        _exit(127);
    }
    char** environment = exported_environment(&shell.scratch);
    execve(path, argv, environment);
    if (errno == ENOEXEC) execute_script(path, argv, environment);
    int error = errno;
    warn_errno(argv[0]);
    _exit(error == ENOENT ? 127 : 126);
}

static int check(int status) {
    if (status && shell.exit_on_error && !shell.tested) shell_exit(status);
    return status;
}

static bool assign(struct Word* list, bool temporary) {
    for (; list; list = list->next) {
        char* equals = strchr(list->text, '=');
        char* name = arena_text(&shell.scratch, list->text, (size_t)(equals - list->text));
        char* value = expand_one(equals + 1);
        if (shell.failed) return false;
        if (shell.trace) fprintf(stderr, "+ %s=%s\n", name, value);
        if (temporary) make_local(name);
        if (!set_variable(name, value)) {
            if (!shell.interactive) shell_exit(2);
            return false;
        }
        if (temporary) export_variable(name);
    }
    return true;
}

static int call_function(struct Node* body, struct Fields words) {
    char** argument = shell.argument;
    int arguments = shell.arguments, loops = shell.loops;
    if (shell.functions >= 1000) {
        warn_text("%s: functions too deep", words.field[0]);
        return 2;
    }
    shell.argument = words.field + 1;
    shell.arguments = words.count - 1;
    shell.loops = 0;
    shell.functions++;
    variables_push();
    int status = run(body, false);
    variables_pop();
    if (shell.unwind == UNWIND_RETURN) shell.unwind = UNWIND_NONE;
    shell.functions--;
    shell.loops = loops;
    shell.argument = argument;
    shell.arguments = arguments;
    return status;
}

static int call_builtin(const struct Builtin* builtin, struct Fields words) {
    int status = builtin->run(words.count, words.field);
    if (fflush(stdout) || ferror(stdout)) {
        if (!status) {
            warn_errno(words.field[0]);
            status = 1;
        }
        clearerr(stdout);
    }
    return status;
}

// A function or built-in, with the redirections and assignments that stand for it alone.
static int run_here(struct Node* node, struct Fields words, struct Node* function,
                    const struct Builtin* builtin) {
    struct Saved* saved = NULL;
    bool for_good = builtin && !strcmp(builtin->name, "exec");
    bool temporary = !(builtin && builtin->special);
    int status = 1;
    if (temporary && node->assignments) variables_push();
    if (redirect(node->redirects, for_good ? NULL : &saved) &&
        assign(node->assignments, temporary)) {
        status = function ? call_function(function, words) : call_builtin(builtin, words);
    }
    if (temporary && node->assignments) variables_pop();
    undo_redirects(saved);
    return status;
}

static int run_nameless(struct Node* node) {
    struct Saved* saved = NULL;
    bool good = redirect(node->redirects, &saved);
    shell.substitution_status = -1;
    good = good && assign(node->assignments, false);
    undo_redirects(saved);
    if (!good) return 1;
    return shell.substitution_status >= 0 ? shell.substitution_status : 0;
}

static void trace_words(struct Fields words) {
    fputc('+', stderr);
    for (int i = 0; i < words.count; i++) fprintf(stderr, " %s", words.field[i]);
    fputc('\n', stderr);
}

static int run_program(struct Node* node, struct Fields words, bool last) {
    struct Job* job = NULL;
    if (!last) {
        job = job_create(node->text);
        pid_t pid = job_fork(job, true);
        if (pid < 0) {
            job_remove(job);
            return 126;
        }
        if (pid) return job_wait(job);
    }
    if (!redirect(node->redirects, NULL)) _exit(1);
    if (!assign(node->assignments, true)) _exit(1);
    execute_program(words.field);
}

static int run_simple(struct Node* node, bool last) {
    struct Fields words = expand_words(node->words);
    if (shell.failed) return 1;
    if (!words.count) return run_nameless(node);
    if (shell.trace) trace_words(words);
    struct Node* function = find_function(words.field[0]);
    const struct Builtin* builtin = find_builtin(words.field[0]);
    if (builtin && (builtin->special || !function)) return run_here(node, words, NULL, builtin);
    if (function) return run_here(node, words, function, NULL);
    return run_program(node, words, last);
}

static int run_pipeline(struct Node* node) {
    struct Job* job = job_create(node->text);
    int input = -1;
    for (bool more = true; more;) {
        more = node->kind == NODE_PIPE;
        int ends[2] = {-1, -1};
        if (more && pipe(ends)) {
            warn_errno("pipe");
            break;
        }
        pid_t pid = job_fork(job, true);
        if (pid == 0) {
            if (input >= 0) {
                dup2(input, 0);
                close(input);
            }
            if (more) {
                close(ends[0]);
                dup2(ends[1], 1);
                if (ends[1] != 1) close(ends[1]);
            }
            shell_exit(run(more ? node->left : node, true));
        }
        if (input >= 0) close(input);
        if (more) close(ends[1]);
        input = ends[0];
        if (pid < 0) break;
        node = node->right;
    }
    if (input >= 0) close(input);
    if (!job->count) {
        job_remove(job);
        return 126;
    }
    return job_wait(job);
}

static int run_subshell(struct Node* node, bool last) {
    if (!last) {
        struct Job* job = job_create(node->text);
        pid_t pid = job_fork(job, true);
        if (pid < 0) {
            job_remove(job);
            return 126;
        }
        if (pid) return job_wait(job);
    }
    if (!redirect(node->redirects, NULL)) shell_exit(1);
    shell_exit(run(node->left, true));
}

static int run_background(struct Node* node) {
    struct Job* job = job_create(node->text);
    pid_t pid = job_fork(job, false);
    if (pid == 0) shell_exit(run(node->left, true));
    if (pid < 0) {
        job_remove(job);
        return 126;
    }
    if (shell.interactive) fprintf(stderr, "[%d] %d\n", job->number, (int)pid);
    return 0;
}

// After a loop's body: true if the loop is to end.
static bool loop_ends(void) {
    if (shell.interrupted || shell.failed || shell.unwind == UNWIND_RETURN) return true;
    if (shell.unwind == UNWIND_NONE) return false;
    if (--shell.unwind_count > 0) return true;
    bool ends = shell.unwind == UNWIND_BREAK;
    shell.unwind = UNWIND_NONE;
    return ends;
}

static int run_condition(struct Node* node) {
    shell.tested++;
    int status = run(node, false);
    shell.tested--;
    return status;
}

static int run_while(struct Node* node) {
    int status = 0;
    shell.loops++;
    for (;;) {
        bool yes = run_condition(node->left) == 0;
        if (loop_ends()) break;
        if (yes == (node->kind == NODE_UNTIL)) break;
        status = run(node->right, false);
        if (loop_ends()) break;
    }
    shell.loops--;
    return status;
}

static int run_for(struct Node* node) {
    struct Fields words = {shell.argument, shell.arguments};
    if (node->has_list) words = expand_words(node->words);
    int status = 0;
    shell.loops++;
    for (int i = 0; i < words.count && !shell.failed; i++) {
        if (!set_variable(node->name, words.field[i])) {
            status = 2;
            break;
        }
        status = run(node->right, false);
        if (loop_ends()) break;
    }
    shell.loops--;
    return status;
}

static int run_case(struct Node* node) {
    char* word = expand_one(node->words->text);
    for (struct CaseArm* arm = node->arms; arm; arm = arm->next) {
        for (struct Word* pattern = arm->patterns; pattern; pattern = pattern->next) {
            if (wildcard(expand_pattern(pattern->text), word)) return run(arm->body, false);
        }
    }
    return 0;
}

static int run_if(struct Node* node) {
    int condition = run_condition(node->left);
    if (shell.unwind || shell.failed || shell.interrupted) return condition;
    if (!condition) return run(node->right, false);
    return node->otherwise ? run(node->otherwise, false) : 0;
}

static int run_kind(struct Node* node, bool last) {
    int status;
    switch (node->kind) {
    case NODE_SIMPLE:
        return check(run_simple(node, last));
    case NODE_PIPE:
        return check(run_pipeline(node));
    case NODE_SUBSHELL:
        return check(run_subshell(node, last));
    case NODE_AND:
    case NODE_OR:
        status = run_condition(node->left);
        if ((status == 0) != (node->kind == NODE_AND)) return status;
        return run(node->right, last);
    case NODE_NOT:
        return !run_condition(node->left);
    case NODE_SEQUENCE:
        run(node->left, false);
        return run(node->right, last);
    case NODE_BACKGROUND:
        return run_background(node);
    case NODE_GROUP:
        return run(node->left, false);
    case NODE_IF:
        return run_if(node);
    case NODE_WHILE:
    case NODE_UNTIL:
        return run_while(node);
    case NODE_FOR:
        return run_for(node);
    case NODE_CASE:
        return run_case(node);
    case NODE_FUNCTION:
        return define_function(node);
    }
    return 0;
}

int run(struct Node* node, bool last) {
    if (!node) return 0;
    if (shell.unwind || shell.interrupted || shell.failed || shell.no_run) return shell.status;
    struct Mark mark = arena_mark(&shell.scratch);
    struct Saved* saved = NULL;
    bool own = node->kind != NODE_SIMPLE && node->kind != NODE_SUBSHELL && node->redirects;
    int status = !own || redirect(node->redirects, &saved) ? run_kind(node, last && !own) : 1;
    if (own) undo_redirects(saved);
    arena_release(&shell.scratch, mark);
    shell.status = status;
    run_traps();
    return shell.status;
}

int run_source(struct Source* source) {
    for (;;) {
        struct Arena arena = {0};
        struct Node* node;
        enum ParseResult result = parse_command(source, &arena, &node);
        if (result == PARSED) {
            run(node, false);
        } else if (result == PARSE_ERROR) {
            shell.status = 2;
        }
        arena_free(&arena);
        if (source->interactive && shell.interrupted) result = PARSED_NOTHING;
        if (result == PARSE_END || (result == PARSE_ERROR && !source->interactive)) break;
        if (source->interactive) {
            if (shell.interrupted) shell.status = 130;
            shell.interrupted = 0;
            shell.failed = false;
            shell.unwind = UNWIND_NONE;
        } else if (shell.unwind || shell.interrupted || shell.failed) {
            break;
        }
    }
    return shell.status;
}

int run_text(const char* text, size_t length) {
    struct Source source = {.fd = -1};
    buffer_add(&source.text, text, length);
    int status = run_source(&source);
    free(source.text.data);
    return status;
}

char* command_output(const char* text, size_t length) {
    int ends[2];
    fflush(stdout);
    if (pipe(ends)) {
        expansion_error("pipe", strerror(errno));
        return copy_text("");
    }
    struct Job* job = job_create("");
    bool control = shell.job_control; // the substitution stays in the shell's own group
    shell.job_control = false;
    pid_t pid = job_fork(job, true);
    if (pid == 0) {
        close(ends[0]);
        dup2(ends[1], 1);
        if (ends[1] != 1) close(ends[1]);
        shell.status = 0;
        shell_exit(run_text(text, length));
    }
    shell.job_control = control;
    close(ends[1]);
    struct Buffer out = {0};
    char block[4096];
    ssize_t got;
    while ((got = read(ends[0], block, sizeof block)) > 0 || (got < 0 && errno == EINTR)) {
        for (ssize_t i = 0; i < got; i++) {
            if (block[i]) buffer_put(&out, block[i]);
        }
    }
    close(ends[0]);
    job->foreground = false; // the terminal isn't given away and needn't be taken back
    shell.substitution_status = job_wait(job);
    while (out.length && out.data[out.length - 1] == '\n') out.data[--out.length] = 0;
    return out.data ? out.data : copy_text("");
}
