// Descriptors, paths, directories and modes.
#include "user/lib/user.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int write_all(int fd, const void* bytes, size_t length) {
    const char* at = bytes;
    while (length) {
        ssize_t written = write(fd, at, length);
        if (written < 0) {
            if (errno == EINTR) continue;
            return -1;
        }
        at += written;
        length -= (size_t)written;
    }
    return 0;
}

int copy_descriptor(int in, int out, bool* reading) {
    static char block[65536];
    for (;;) {
        ssize_t got = read(in, block, sizeof block);
        if (got < 0 && errno == EINTR) continue;
        if (reading) *reading = got < 0;
        if (got <= 0) return (int)got;
        if (write_all(out, block, (size_t)got)) return -1;
    }
}

int open_input(const char* path) {
    if (!strcmp(path, "-")) return STDIN_FILENO;
    int fd = open(path, O_RDONLY);
    if (fd < 0) warn_errno(path);
    return fd;
}

FILE* open_stream(const char* path) {
    if (!strcmp(path, "-")) return stdin;
    FILE* file = fopen(path, "r");
    if (!file) warn_errno(path);
    return file;
}

ssize_t read_small(const char* path, char* out, size_t size) {
    int fd = open(path, O_RDONLY);
    if (fd < 0) return -1;
    size_t length = 0;
    ssize_t got = 0;
    while (length < size - 1 && (got = read(fd, out + length, size - 1 - length)) > 0) {
        length += (size_t)got;
    }
    int error = errno;
    close(fd);
    errno = error;
    out[length] = 0;
    return got < 0 ? -1 : (ssize_t)length;
}

char* join_path(const char* directory, const char* name) {
    size_t length = strlen(directory);
    const char* slash = length && directory[length - 1] == '/' ? "" : "/";
    return format_text("%s%s%s", directory, slash, name);
}

const char* last_part(const char* path) {
    const char* slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

void names_add(struct Names* names, char* name) {
    if ((names->count & (names->count + 1)) == 0) { // grow at 0, 1, 3, 7 …
        names->name = reallocate(names->name, (names->count * 2 + 2) * sizeof *names->name);
    }
    names->name[names->count++] = name;
}

static int by_text(const void* a, const void* b) {
    return strcmp(*(char* const*)a, *(char* const*)b);
}

void names_sort(struct Names* names) {
    if (names->count) qsort(names->name, names->count, sizeof *names->name, by_text);
}

void names_free(struct Names* names) {
    for (size_t i = 0; i < names->count; i++) free(names->name[i]);
    free(names->name);
    *names = (struct Names){0};
}

int list_directory(const char* path, bool all, struct Names* names) {
    *names = (struct Names){0};
    DIR* directory = opendir(path);
    if (!directory) return -1;
    struct dirent* entry;
    while ((entry = readdir(directory))) {
        bool dots = !strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..");
        if (all || !dots) names_add(names, copy_text(entry->d_name));
    }
    closedir(directory);
    names_sort(names);
    return 0;
}

void mode_text(mode_t mode, char out[11]) {
    static const char letters[] = "rwxrwxrwx";
    out[0] = S_ISDIR(mode)    ? 'd'
             : S_ISLNK(mode)  ? 'l'
             : S_ISCHR(mode)  ? 'c'
             : S_ISBLK(mode)  ? 'b'
             : S_ISFIFO(mode) ? 'p'
             : S_ISSOCK(mode) ? 's'
                              : '-';
    for (int i = 0; i < 9; i++) out[i + 1] = mode & (0400u >> i) ? letters[i] : '-';
    if (mode & S_ISUID) out[3] = mode & 0100 ? 's' : 'S';
    if (mode & S_ISGID) out[6] = mode & 0010 ? 's' : 'S';
    if (mode & S_ISVTX) out[9] = mode & 0001 ? 't' : 'T';
    out[10] = 0;
}

// One clause "go+rw" of a symbolic mode; moves *text behind it.
static bool mode_clause(const char** text, mode_t* mode) {
    mode_t who = 0, bits = 0;
    for (; **text && strchr("ugoa", **text); (*text)++) {
        who |= **text == 'u' ? 04700u : **text == 'g' ? 02070u : **text == 'o' ? 01007u : 07777u;
    }
    if (!who) who = 07777;
    char operation = *(*text)++;
    if (operation != '+' && operation != '-' && operation != '=') return false;
    for (; **text && **text != ','; (*text)++) {
        switch (**text) {
        case 'r':
            bits |= 0444;
            break;
        case 'w':
            bits |= 0222;
            break;
        case 'x':
            bits |= 0111;
            break;
        case 'X':
            bits |= (S_ISDIR(*mode) || (*mode & 0111)) ? 0111 : 0;
            break;
        case 's':
            bits |= 06000;
            break;
        case 't':
            bits |= 01000;
            break;
        default:
            return false;
        }
    }
    if (operation == '=') *mode &= ~(who & 0777);
    *mode = operation == '-' ? *mode & ~(bits & who) : *mode | (bits & who);
    return true;
}

bool parse_mode(const char* text, mode_t old, mode_t* out) {
    char* end;
    long octal = strtol(text, &end, 8);
    if (end != text && !*end) {
        *out = (mode_t)octal;
        return octal >= 0 && octal <= 07777;
    }
    mode_t mode = old;
    for (;;) {
        if (!mode_clause(&text, &mode)) return false;
        if (!*text) break;
        text++;
    }
    *out = mode & 07777;
    return true;
}

bool confirm(const char* format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fprintf(stderr, "%s: ", program_name());
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    char* answer = read_line(stdin, NULL, NULL);
    bool yes = answer && (*answer == 'y' || *answer == 'Y');
    free(answer);
    return yes;
}

int for_operands(int argc, char** argv, int (*each)(const char* path)) {
    if (option_index >= argc) return finish(each("-"));
    int status = 0;
    for (int i = option_index; i < argc; i++) {
        int result = each(argv[i]);
        if (result > status) status = result;
    }
    return finish(status);
}

static bool is_executable(const char* path) {
    struct stat info;
    return !stat(path, &info) && S_ISREG(info.st_mode) && !access(path, X_OK);
}

char* find_executable(const char* name, const char* path) {
    if (strchr(name, '/')) return is_executable(name) ? copy_text(name) : NULL;
    if (!path) path = "/bin:/usr/bin";
    for (;; path++) {
        size_t length = strcspn(path, ":");
        char* directory = copy_bytes(length ? path : ".", length ? length : 1);
        char* full = join_path(directory, name);
        free(directory);
        if (is_executable(full)) return full;
        free(full);
        path += length;
        if (!*path) return NULL;
    }
}
