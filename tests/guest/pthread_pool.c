// A pool of threads that serves TCP connections: each worker waits in accept on the same socket and
// answers every line of its client; clients in threads of their own check the answers. Argument or
// PTHREAD_SECONDS: for how long (1).
#include "test.h"

#include <netinet/in.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { WORKERS = 8, CLIENTS = 16, LINES = 20 };

static struct sockaddr_in address;
static int listener;
static volatile int over;
static long served, answered, wrong; // answered and wrong: by atomic steps
static pthread_mutex_t served_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_key_t buffer_key;
static int buffers_freed;

static void free_buffer(void* buffer) {
    free(buffer);
    __atomic_add_fetch(&buffers_freed, 1, __ATOMIC_SEQ_CST);
}

static int send_all(int fd, const char* data, size_t length) {
    for (size_t done = 0; done < length;) {
        ssize_t count = send(fd, data + done, length - done, MSG_NOSIGNAL);
        if (count <= 0) return -1;
        done += (size_t)count;
    }
    return 0;
}

// A line without its newline; −1 at the end of the connection.
static int receive_line(int fd, char* line, int room) {
    for (int length = 0; length < room; length++) {
        if (recv(fd, line + length, 1, 0) != 1) return -1;
        if (line[length] == '\n') {
            line[length] = 0;
            return length;
        }
    }
    return -1;
}

static void serve(int fd) {
    char* line = pthread_getspecific(buffer_key);
    int length;
    while ((length = receive_line(fd, line, 128)) >= 0) {
        for (int i = 0; i < length / 2; i++) {
            char kept = line[i];
            line[i] = line[length - 1 - i];
            line[length - 1 - i] = kept;
        }
        line[length] = '\n';
        if (send_all(fd, line, (size_t)length + 1) < 0) break;
    }
}

static void close_it(void* fd) { close(*(int*)fd); }

// Lives until it is cancelled, which may be in accept, recv or send.
static void* work(void* unused) {
    pthread_setspecific(buffer_key, malloc(128));
    for (;;) {
        int fd = accept(listener, NULL, NULL);
        if (fd < 0) continue;
        pthread_cleanup_push(close_it, &fd);
        serve(fd);
        pthread_cleanup_pop(1);
        pthread_mutex_lock(&served_lock);
        served++;
        pthread_mutex_unlock(&served_lock);
    }
    return unused;
}

static void converse(int fd, long number, int round) {
    char line[128], answer[128];
    for (int i = 0; i < LINES; i++) {
        int length = sprintf(line, "client %ld round %d line %d", number, round, i);
        line[length] = '\n';
        if (send_all(fd, line, (size_t)length + 1) < 0 ||
            receive_line(fd, answer, sizeof answer) != length) {
            __atomic_add_fetch(&wrong, 1, __ATOMIC_SEQ_CST);
            return;
        }
        for (int at = 0; at < length; at++)
            if (answer[at] != line[length - 1 - at])
                __atomic_add_fetch(&wrong, 1, __ATOMIC_SEQ_CST);
        __atomic_add_fetch(&answered, 1, __ATOMIC_SEQ_CST);
    }
}

static void* ask(void* number) {
    long connections = 0;
    for (int round = 0; !over; round++) {
        int fd = socket(AF_INET, SOCK_STREAM, 0);
        if (connect(fd, (struct sockaddr*)&address, sizeof address) == 0) {
            converse(fd, (long)number, round);
            connections++;
        }
        close(fd);
    }
    return (void*)connections;
}

int main(int argc, char** argv) {
    const char* wanted = argc > 1 ? argv[1] : getenv("PTHREAD_SECONDS");
    pthread_t workers[WORKERS], clients[CLIENTS];
    socklen_t length = sizeof address;
    long connections = 0;
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    listener = socket(AF_INET, SOCK_STREAM, 0);
    CHECK_EQ(bind(listener, (struct sockaddr*)&address, sizeof address), 0);
    CHECK_EQ(listen(listener, CLIENTS), 0);
    CHECK_EQ(getsockname(listener, (struct sockaddr*)&address, &length), 0);
    CHECK_EQ(pthread_key_create(&buffer_key, free_buffer), 0);
    for (int i = 0; i < WORKERS; i++) CHECK_EQ(pthread_create(&workers[i], NULL, work, NULL), 0);
    for (long i = 0; i < CLIENTS; i++)
        CHECK_EQ(pthread_create(&clients[i], NULL, ask, (void*)i), 0);
    usleep((useconds_t)((wanted ? atof(wanted) : 1) * 1e6));
    over = 1;
    for (int i = 0; i < CLIENTS; i++) {
        void* result;
        CHECK_EQ(pthread_join(clients[i], &result), 0);
        connections += (long)result;
    }
    for (int tries = 0; tries < 500 && served < connections; tries++) usleep(10000);
    CHECK_EQ(served, connections);
    CHECK_EQ(answered, connections * LINES);
    CHECK_EQ(wrong, 0);
    CHECK(connections >= CLIENTS);
    for (int i = 0; i < WORKERS; i++) {
        void* result;
        CHECK_EQ(pthread_cancel(workers[i]), 0);
        CHECK_EQ(pthread_join(workers[i], &result), 0);
        CHECK(result == PTHREAD_CANCELED);
    }
    CHECK_EQ(buffers_freed, WORKERS);
    return test_end();
}
