// Serves files by HTTP/1.1 (RFC 9110, 9112): one process, poll(2), many connections, sendfile(2).
// It is longer than most: a connection's whole life, from accept to close, is read in one place.
#include "user/lib/net.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CONNECTIONS = 1000, LONGEST_REQUEST = 8192, IDLE_MILLISECONDS = 30000, SLICE = 1 << 20 };

struct Connection {
    int fd;
    bool keep, head_only, sending;
    char request[LONGEST_REQUEST + 1];
    size_t have;
    struct Buffer out; // header and any text of ours
    size_t out_at;
    int file;
    off_t file_at, file_end;
    long long active;
};

static struct Connection* connections[CONNECTIONS];
static int connection_count;
static const char* root = "/www";
static bool verbose;

static const char* type_of(const char* path) {
    static const char* const types[][2] = {
        {".html", "text/html"},      {".htm", "text/html"},       {".txt", "text/plain"},
        {".md", "text/plain"},       {".c", "text/plain"},        {".h", "text/plain"},
        {".css", "text/css"},        {".js", "text/javascript"},  {".json", "application/json"},
        {".png", "image/png"},       {".jpg", "image/jpeg"},      {".gif", "image/gif"},
        {".svg", "image/svg+xml"},   {".ico", "image/x-icon"},    {".pdf", "application/pdf"},
        {".xml", "application/xml"}, {".gz", "application/gzip"},
    };
    const char* dot = strrchr(last_part(path), '.');
    for (size_t i = 0; dot && i < sizeof types / sizeof types[0]; i++) {
        if (!strcasecmp(dot, types[i][0])) return types[i][1];
    }
    return "application/octet-stream";
}

static const char* reason(int status) {
    switch (status) {
    case 200:
        return "OK";
    case 206:
        return "Partial Content";
    case 301:
        return "Moved Permanently";
    case 400:
        return "Bad Request";
    case 403:
        return "Forbidden";
    case 404:
        return "Not Found";
    case 405:
        return "Method Not Allowed";
    case 416:
        return "Range Not Satisfiable";
    case 431:
        return "Request Header Fields Too Large";
    case 505:
        return "HTTP Version Not Supported";
    default:
        return "Internal Server Error";
    }
}

static void put_header(struct Connection* connection, int status, const char* type,
                       long long length, const char* more) {
    char date[64];
    time_t now = time(NULL);
    strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S GMT", gmtime(&now));
    char* text = format_text("HTTP/1.1 %d %s\r\nServer: Plumb\r\nDate: %s\r\nContent-Type: %s\r\n"
                             "Content-Length: %lld\r\nConnection: %s\r\n%s\r\n",
                             status, reason(status), date, type, length,
                             connection->keep ? "keep-alive" : "close", more);
    buffer_text(&connection->out, text);
    free(text);
    connection->sending = true;
}

static void put_text(struct Connection* connection, int status, const char* type, const char* body,
                     const char* more) {
    put_header(connection, status, type, (long long)strlen(body), more);
    if (!connection->head_only) buffer_text(&connection->out, body);
}

static void put_error(struct Connection* connection, int status) {
    char body[256];
    if (status == 400 || status == 431 || status == 505) connection->keep = false;
    snprintf(body, sizeof body, "<!doctype html><title>%d</title><h1>%d %s</h1>\n", status, status,
             reason(status));
    put_text(connection, status, "text/html", body, status == 405 ? "Allow: GET, HEAD\r\n" : "");
}

// The value of a header field, or null. `name` with its colon.
static const char* field(const char* request, const char* name, char out[256]) {
    size_t length = strlen(name);
    for (const char* line = strstr(request, "\r\n"); line; line = strstr(line + 2, "\r\n")) {
        if (strncasecmp(line + 2, name, length)) continue;
        const char* value = line + 2 + length;
        value += strspn(value, " \t");
        snprintf(out, 256, "%.*s", (int)strcspn(value, "\r\n"), value);
        return out;
    }
    return NULL;
}

static int hexadecimal(char c) {
    return isdigit((unsigned char)c)    ? c - '0'
           : isxdigit((unsigned char)c) ? (c | 32) - 'a' + 10
                                        : -1;
}

// Takes %xx out of a path; false if it is malformed, or would lead out of the root.
static bool clean_path(char* path) {
    char* to = path;
    path[strcspn(path, "?#")] = 0;
    for (const char* from = path; *from; from++) {
        if (*from != '%') {
            *to++ = *from;
            continue;
        }
        int high = hexadecimal(from[1]), low = high < 0 ? -1 : hexadecimal(from[2]);
        if (low < 0 || !(high | low)) return false;
        *to++ = (char)(high << 4 | low);
        from += 2;
    }
    *to = 0;
    for (const char* part = path; part; part = strchr(part + 1, '/')) {
        if (!strncmp(part, "/..", 3) && (!part[3] || part[3] == '/')) return false;
    }
    return *path == '/';
}

static void put_escaped(struct Buffer* out, const char* text) {
    for (; *text; text++) {
        switch (*text) {
        case '<':
            buffer_text(out, "&lt;");
            break;
        case '&':
            buffer_text(out, "&amp;");
            break;
        case '"':
            buffer_text(out, "&quot;");
            break;
        default:
            buffer_put(out, *text);
        }
    }
}

static void put_listing(struct Connection* connection, const char* directory, const char* shown) {
    struct Names names;
    if (list_directory(directory, false, &names)) {
        put_error(connection, 403);
        return;
    }
    struct Buffer page = {0};
    buffer_text(&page, "<!doctype html><meta charset=utf-8><title>");
    put_escaped(&page, shown);
    buffer_text(&page, "</title><h1>");
    put_escaped(&page, shown);
    buffer_text(&page, "</h1><ul>\n");
    for (size_t i = 0; i < names.count; i++) {
        struct stat info;
        char* path = join_path(directory, names.name[i]);
        const char* slash = !stat(path, &info) && S_ISDIR(info.st_mode) ? "/" : "";
        free(path);
        buffer_text(&page, "<li><a href=\"");
        put_escaped(&page, names.name[i]);
        buffer_text(&page, slash);
        buffer_text(&page, "\">");
        put_escaped(&page, names.name[i]);
        buffer_text(&page, slash);
        buffer_text(&page, "</a>\n");
    }
    buffer_text(&page, "</ul>\n");
    put_text(connection, 200, "text/html", page.data, "");
    free(page.data);
    names_free(&names);
}

// One range of RFC 9110, 14.1.2; 1 a good one, 0 none that we understand, -1 outside of the file.
static int parse_range(const char* text, off_t size, off_t* first, off_t* last) {
    char* end;
    if (strncmp(text, "bytes=", 6) || strchr(text, ',')) return 0;
    text += 6;
    *last = size - 1;
    if (*text == '-') {
        long long tail = strtoll(text + 1, &end, 10);
        if (end == text + 1 || *end || tail < 0) return 0;
        *first = tail > size ? 0 : size - tail;
        return tail && size ? 1 : -1;
    }
    long long from = strtoll(text, &end, 10), to = *last;
    if (end == text || *end != '-' || from < 0) return 0;
    if (end[1]) {
        text = end + 1;
        to = strtoll(text, &end, 10);
        if (*end || to < from) return 0;
    }
    *first = (off_t)from;
    if (to < *last) *last = (off_t)to;
    return from < size ? 1 : -1;
}

static void put_file(struct Connection* connection, int fd, const char* path, off_t size) {
    char value[256], more[128] = "Accept-Ranges: bytes\r\n";
    off_t first = 0, last = size - 1;
    const char* range = field(connection->request, "Range:", value);
    int partial = range ? parse_range(range, size, &first, &last) : 0;
    if (partial < 0) {
        close(fd);
        snprintf(more, sizeof more, "Content-Range: bytes */%lld\r\n", (long long)size);
        put_text(connection, 416, "text/plain", "", more);
        return;
    }
    if (partial) {
        snprintf(more, sizeof more, "Content-Range: bytes %lld-%lld/%lld\r\n", (long long)first,
                 (long long)last, (long long)size);
    } else {
        first = 0;
        last = size - 1;
    }
    put_header(connection, partial ? 206 : 200, type_of(path), (long long)(last - first + 1), more);
    if (connection->head_only) {
        close(fd);
        return;
    }
    connection->file = fd;
    connection->file_at = first;
    connection->file_end = last + 1;
}

static void serve_path(struct Connection* connection, char* path) {
    if (!clean_path(path)) {
        put_error(connection, 400);
        return;
    }
    char *full = format_text("%s%s", root, path), *index = NULL;
    struct stat info;
    int fd = -1;
    bool there = !stat(full, &info);
    bool directory = there && S_ISDIR(info.st_mode);
    if (directory && path[strlen(path) - 1] != '/') {
        char* more = format_text("Location: %s/\r\n", path);
        put_text(connection, strpbrk(path, "\r\n") ? 400 : 301, "text/plain", "",
                 strpbrk(path, "\r\n") ? "" : more);
        free(more);
    } else {
        index = directory ? join_path(full, "index.html") : copy_text(full);
        fd = there ? open(index, O_RDONLY | O_CLOEXEC | O_NONBLOCK) : -1;
        if (fd >= 0 && !fstat(fd, &info) && S_ISREG(info.st_mode)) {
            put_file(connection, fd, index, info.st_size);
        } else {
            if (fd >= 0) close(fd);
            if (directory)
                put_listing(connection, full, path);
            else
                put_error(connection, there ? 403 : 404);
        }
    }
    free(index);
    free(full);
}

// A whole request header is there, zero-ended.
static void handle(struct Connection* connection) {
    char method[16], path[4096], value[256];
    int minor = -1, used = 0;
    connection->keep = false;
    connection->head_only = false;
    int found = sscanf(connection->request, "%15s %4095s HTTP/1.%d%n", method, path, &minor, &used);
    if (verbose) printf("%.*s\n", (int)strcspn(connection->request, "\r\n"), connection->request);
    if (found < 3 || !used || connection->request[used] != '\r') {
        put_error(connection, found == 2 && strstr(connection->request, " HTTP/") ? 505 : 400);
        return;
    }
    const char* wish = field(connection->request, "Connection:", value);
    connection->keep =
        minor ? !wish || strcasecmp(wish, "close") : wish && !strcasecmp(wish, "keep-alive");
    if (minor && !field(connection->request, "Host:", value)) {
        put_error(connection, 400);
        return;
    }
    connection->head_only = !strcmp(method, "HEAD");
    if (!connection->head_only && strcmp(method, "GET")) {
        connection->keep = false; // a body that we don't read may follow
        put_error(connection, 405);
        return;
    }
    serve_path(connection, path);
}

// Takes one request out of what has come, if it is whole.
static void next_request(struct Connection* connection) {
    connection->request[connection->have] = 0;
    char* end = strstr(connection->request, "\r\n\r\n");
    if (!end) {
        if (connection->have == LONGEST_REQUEST) put_error(connection, 431);
        return;
    }
    size_t length = (size_t)(end - connection->request) + 4;
    char after = end[2];
    end[2] = 0;
    handle(connection);
    end[2] = after;
    connection->have -= length;
    memmove(connection->request, connection->request + length, connection->have);
}

static void drop(int index) {
    struct Connection* connection = connections[index];
    if (connection->file >= 0) close(connection->file);
    close(connection->fd);
    free(connection->out.data);
    free(connection);
    connections[index] = connections[--connection_count];
}

// As much of the file as the socket takes now; false if the connection is to end.
static bool send_file(struct Connection* connection) {
    static char block[65536];
    static bool without; // this kernel has no sendfile
    while (connection->file_at < connection->file_end) {
        off_t left = connection->file_end - connection->file_at;
        ssize_t sent = -1;
        if (!without) {
            sent = sendfile(connection->fd, connection->file, &connection->file_at,
                            left < SLICE ? (size_t)left : SLICE);
            without = sent < 0 && (errno == ENOSYS || errno == EINVAL);
        }
        if (without) {
            size_t want = left < (off_t)sizeof block ? (size_t)left : sizeof block;
            ssize_t got = pread(connection->file, block, want, connection->file_at);
            sent = got > 0 ? send(connection->fd, block, (size_t)got, MSG_NOSIGNAL) : got;
            if (sent > 0) connection->file_at += sent;
        }
        if (sent < 0) return errno == EAGAIN || errno == EINTR;
        if (!sent) return false; // the file has become shorter
    }
    close(connection->file);
    connection->file = -1;
    return true;
}

static bool send_more(struct Connection* connection) {
    struct Buffer* out = &connection->out;
    int flags = MSG_NOSIGNAL | (connection->file >= 0 ? MSG_MORE : 0);
    while (connection->out_at < out->length) {
        ssize_t sent = send(connection->fd, out->data + connection->out_at,
                            out->length - connection->out_at, flags);
        if (sent < 0) return errno == EAGAIN || errno == EINTR;
        connection->out_at += (size_t)sent;
    }
    if (connection->file >= 0 && !send_file(connection)) return false;
    if (connection->file >= 0) return true;
    out->length = connection->out_at = 0;
    connection->sending = false;
    return connection->keep;
}

static bool receive(struct Connection* connection) {
    ssize_t got = recv(connection->fd, connection->request + connection->have,
                       LONGEST_REQUEST - connection->have, 0);
    if (got < 0) return errno == EAGAIN || errno == EINTR;
    connection->have += (size_t)got;
    return got > 0;
}

// The poll found the connection ready: goes on until it would block. False if it is to end.
static bool serve(struct Connection* connection, long long now) {
    connection->active = now;
    if (!connection->sending && !receive(connection)) return false;
    for (;;) {
        if (!connection->sending) next_request(connection);
        if (!connection->sending) return true;
        if (!send_more(connection)) return false;
        if (connection->sending) return true;
    }
}

static void take_connections(int listener, long long now) {
    while (connection_count < CONNECTIONS) {
        int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0) {
            bool usual = errno == EAGAIN || errno == EINTR || errno == ECONNABORTED;
            if (!usual) warn_errno("accept");
            return;
        }
        struct Connection* connection = allocate(sizeof *connection);
        connection->fd = fd;
        connection->file = -1;
        connection->active = now;
        connections[connection_count++] = connection;
        // Most often the request came with the connection: no need to poll for it.
        if (!serve(connection, now)) drop(connection_count - 1);
    }
}

static _Noreturn void run(int listener) {
    static struct pollfd watched[CONNECTIONS + 1];
    for (;;) {
        for (int i = 0; i < connection_count; i++) {
            short events = connections[i]->sending ? POLLOUT : POLLIN;
            watched[i + 1] = (struct pollfd){connections[i]->fd, events, 0};
        }
        bool full = connection_count == CONNECTIONS;
        watched[0] = (struct pollfd){full ? -1 : listener, POLLIN, 0};
        int ready = poll(watched, (nfds_t)connection_count + 1, connection_count ? 1000 : -1);
        if (ready < 0 && errno != EINTR) die_errno("poll");
        long long now = milliseconds();
        for (int i = connection_count - 1; i >= 0; i--) { // dropping moves the last one here
            bool live = ready <= 0 || !watched[i + 1].revents || serve(connections[i], now);
            if (!live || now - connections[i]->active > IDLE_MILLISECONDS) drop(i);
        }
        if (ready > 0 && watched[0].revents) take_connections(listener, now);
        if (verbose) fflush(stdout);
    }
}

int main(int argc, char** argv) {
    begin(
        argv,
        "httpd [-v] [-p PORT] [-a ADDRESS] [-h ROOT] [-d]\n"
        "Serves the files below ROOT (/www) on PORT (80), to IPv4 and IPv6; -d: in the background.\n");
    const char *port = "80", *host = NULL;
    bool background = false;
    int letter;
    while ((letter = option(argc, argv, "p:h:a:vd"))) {
        switch (letter) {
        case 'p':
            port = option_value;
            break;
        case 'h':
            root = option_value;
            break;
        case 'a':
            host = option_value;
            break;
        case 'v':
            verbose = true;
            break;
        default:
            background = true;
            break;
        }
    }
    if (option_index < argc) die_usage();
    struct stat info;
    if (stat(root, &info)) die_errno(root);
    if (!S_ISDIR(info.st_mode)) die_text("%s: not a directory", root);
    union Endpoint address = socket_address(host, port, AF_UNSPEC);
    int listener = listen_on(&address, SOCK_STREAM, 1024);
    fcntl(listener, F_SETFL, O_NONBLOCK);
    signal(SIGPIPE, SIG_IGN);
    if (background) {
        pid_t pid = fork();
        if (pid < 0) die_errno("fork");
        if (pid) return 0;
        setsid();
    }
    run(listener);
}
