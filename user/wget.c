// Fetches a page or file by HTTP/1.1 (RFC 9112): redirects, chunks, progress.
#include "user/lib/net.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

enum { REDIRECTS = 10, LONGEST_LINE = 8192 };

struct Url {
    char *host, *named, *port, *path; // named: the host as it stood there, with its brackets
};

struct Stream { // a connection, read through a buffer
    int fd;
    size_t at, end;
    char byte[65536];
};

struct Reply {
    int status;
    long long length; // -1: until the connection ends
    bool chunked;
    char* location;
};

static bool quiet;
static int family = AF_UNSPEC;
static long long got_bytes, started;

static struct Url parse_url(const char* text) {
    struct Url url = {0};
    if (!strncmp(text, "https://", 8)) die_text("%s: https is not supported", text);
    if (!strncmp(text, "http://", 7)) text += 7;
    size_t host = strcspn(text, "/?#");
    const char *at = text, *bracket = *text == '[' ? memchr(text, ']', host) : NULL;
    if (bracket) at = bracket; // an address of IPv6 has colons of its own (RFC 3986, 3.2.2)
    const char* colon = memchr(at, ':', host - (size_t)(at - text));
    size_t name = colon ? (size_t)(colon - text) : host;
    if (!name) die_text("no host in the address");
    url.named = copy_bytes(text, name);
    url.host = bracket ? copy_bytes(text + 1, (size_t)(bracket - text) - 1) : url.named;
    url.port = colon ? copy_bytes(colon + 1, host - name - 1) : copy_text("80");
    text += host;
    url.path = format_text("%s%.*s", *text == '/' ? "" : "/", (int)strcspn(text, "#"), text);
    return url;
}

static size_t fill(struct Stream* stream) {
    if (stream->at < stream->end) return stream->end - stream->at;
    ssize_t got;
    do {
        got = recv(stream->fd, stream->byte, sizeof stream->byte, 0);
    } while (got < 0 && errno == EINTR);
    if (got < 0) die_errno("recv");
    stream->at = 0;
    stream->end = (size_t)got;
    return stream->end;
}

static void get_line(struct Stream* stream, char line[LONGEST_LINE]) {
    size_t length = 0;
    for (;;) {
        if (!fill(stream)) die_text("the connection ended in the header");
        char c = stream->byte[stream->at++];
        if (c == '\n') break;
        if (length == LONGEST_LINE - 1) die_text("header line too long");
        line[length++] = c;
    }
    if (length && line[length - 1] == '\r') length--;
    line[length] = 0;
}

static const char* field(const char* line, const char* name) {
    size_t length = strlen(name);
    if (strncasecmp(line, name, length) || line[length] != ':') return NULL;
    return line + length + 1 + strspn(line + length + 1, " \t");
}

static struct Reply get_header(struct Stream* stream) {
    char line[LONGEST_LINE];
    struct Reply reply = {.length = -1};
    const char* value;
    get_line(stream, line);
    if (sscanf(line, "HTTP/1.%*d %d", &reply.status) != 1) die_text("not an HTTP reply: %s", line);
    for (;;) {
        get_line(stream, line);
        if (!*line) return reply;
        if ((value = field(line, "Content-Length"))) reply.length = strtoll(value, NULL, 10);
        if ((value = field(line, "Location"))) reply.location = copy_text(value);
        if ((value = field(line, "Transfer-Encoding")))
            reply.chunked = strstr(value, "chunked") != NULL;
    }
}

static void progress(const struct Reply* reply, bool end) {
    static long long shown;
    long long now = milliseconds(), elapsed = now - started;
    if (quiet || !isatty(STDERR_FILENO) || (!end && now - shown < 250)) return;
    char size[16], speed[16];
    shown = now;
    human_size((uint64_t)got_bytes, size);
    human_size((uint64_t)(got_bytes * 1000 / (elapsed ? elapsed : 1)), speed);
    fprintf(stderr, "\r%8s %8s/s", size, speed);
    if (reply->length > 0) fprintf(stderr, " %3d%%", (int)(got_bytes * 100 / reply->length));
    if (end) fputc('\n', stderr);
}

// `count` bytes to the file, or all there are (-1).
static void copy_body(struct Stream* stream, int out, long long count, const struct Reply* reply) {
    while (count) {
        size_t have = fill(stream);
        if (!have) {
            if (count > 0) die_text("the connection ended %lld bytes too early", count);
            return;
        }
        if (count > 0 && (long long)have > count) have = (size_t)count;
        if (write_all(out, stream->byte + stream->at, have)) die_errno("write");
        stream->at += have;
        got_bytes += (long long)have;
        if (count > 0) count -= (long long)have;
        progress(reply, false);
    }
}

static void copy_chunks(struct Stream* stream, int out, const struct Reply* reply) {
    char line[LONGEST_LINE], *end;
    for (;;) {
        get_line(stream, line);
        unsigned long long size = strtoull(line, &end, 16);
        if (end == line || size > INT64_MAX) die_text("bad chunk: %s", line);
        if (!size) break;
        copy_body(stream, out, (long long)size, reply);
        get_line(stream, line);
    }
    do {
        get_line(stream, line);
    } while (*line);
}

static void ask(const struct Url* url, struct Stream* stream, int limit) {
    union Endpoint address = socket_address(url->host, url->port, family);
    stream->fd = connect_within(&address, limit);
    if (stream->fd < 0) die_errno(endpoint_text(&address));
    bool usual = !strcmp(url->port, "80");
    char* request = format_text("GET %s HTTP/1.1\r\nHost: %s%s%s\r\nUser-Agent: wget (Plumb)\r\n"
                                "Accept: */*\r\nConnection: close\r\n\r\n",
                                url->path, url->named, usual ? "" : ":", usual ? "" : url->port);
    if (send_all(stream->fd, request, strlen(request))) die_errno("send");
    free(request);
}

static const char* file_name(const struct Url* url) {
    char* path = copy_bytes(url->path, strcspn(url->path, "?"));
    const char* name = last_part(path);
    return *name ? name : "index.html";
}

static struct Url follow(const struct Url* from, const char* location) {
    if (*location != '/') return parse_url(location);
    struct Url url = *from;
    url.path = copy_text(location);
    return url;
}

int main(int argc, char** argv) {
    begin(argv, "wget [-46q] [-O FILE] [-T SECONDS] URL\n");
    const char* output = NULL;
    int letter, limit = 30000;
    while ((letter = option(argc, argv, "46qO:T:"))) {
        if (letter == '4') family = AF_INET;
        if (letter == '6') family = AF_INET6;
        if (letter == 'q') quiet = true;
        if (letter == 'O') output = option_value;
        if (letter == 'T') limit = (int)number(option_value, "seconds", 1, 100000) * 1000;
    }
    if (option_index + 1 != argc) die_usage();
    struct Url url = parse_url(argv[option_index]);
    static struct Stream stream;
    struct Reply reply;
    for (int i = 0;; i++) {
        stream = (struct Stream){.fd = -1};
        ask(&url, &stream, limit);
        do {
            reply = get_header(&stream);
        } while (reply.status / 100 == 1);
        if (reply.status / 100 != 3 || !reply.location) break;
        if (i == REDIRECTS) die_text("too many redirects");
        close(stream.fd);
        url = follow(&url, reply.location);
    }
    if (reply.status != 200)
        die_text("%s: the server answers %d", argv[option_index], reply.status);
    if (!output) output = file_name(&url);
    int out =
        strcmp(output, "-") ? open(output, O_WRONLY | O_CREAT | O_TRUNC, 0666) : STDOUT_FILENO;
    if (out < 0) die_errno(output);
    if (out == STDOUT_FILENO && isatty(out)) quiet = true; // the page is what is to be seen there
    started = milliseconds();
    if (reply.chunked)
        copy_chunks(&stream, out, &reply);
    else
        copy_body(&stream, out, reply.length, &reply);
    progress(&reply, true);
    if (!quiet) fprintf(stderr, "%s: %lld bytes saved\n", output, got_bytes);
    return close(out) ? 1 : 0;
}
