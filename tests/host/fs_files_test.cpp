// Descriptors, pipes, locks and epoll.
#include "kernel/fs/event_files.h"
#include "kernel/fs/eventpoll.h"
#include "kernel/fs/fd_table.h"
#include "kernel/fs/locks.h"
#include "kernel/fs/pipe.h"
#include "tests/host/fs_host.h"
#include <gtest/gtest.h>

namespace {
Ref<file> any_file() { return *make_event_counter(0, false, 0); }
} // namespace

TEST(FdTable, LowestFirst) {
    Ref<FdTable> t = *make_ref<FdTable>();
    for (int i = 0; i < 200; i++) EXPECT_EQ(*t->install(any_file(), false), i);
    EXPECT_TRUE(t->close(130).ok());
    EXPECT_TRUE(t->close(3).ok());
    EXPECT_EQ(*t->install(any_file(), false), 3);
    EXPECT_EQ(*t->install(any_file(), false), 130);
    EXPECT_EQ(*t->install(any_file(), false), 200);
    EXPECT_EQ(*t->install(any_file(), false, 500), 500);
    EXPECT_EQ(host::error_of(t->close(499)), EBADF);
    EXPECT_EQ(host::error_of(t->get(-1)), EBADF);
    EXPECT_EQ(host::error_of(t->get(1 << 30)), EBADF);
    EXPECT_EQ(host::error_of(t->install(any_file(), false, 1024)), EINVAL);
    t->limit = 202;
    EXPECT_EQ(*t->install(any_file(), false), 201);
    EXPECT_EQ(host::error_of(t->install(any_file(), false)), EMFILE);
}

TEST(FdTable, MillionDescriptors) {
    Ref<FdTable> t = *make_ref<FdTable>();
    t->limit = FdTable::hard_limit;
    Ref<file> f = any_file();
    for (u32 i = 0; i < FdTable::hard_limit; i++)
        ASSERT_EQ(*t->install(f, false), static_cast<int>(i));
    EXPECT_EQ(host::error_of(t->install(f, false)), EMFILE);
    t->close_range(10, ~0u, false);
    EXPECT_EQ(f->ref_count(), 11u);
    EXPECT_EQ(*t->install(f, false), 10);
}

TEST(FdTable, CloseOnExecAndCopy) {
    Ref<FdTable> t = *make_ref<FdTable>();
    Ref<file> f = any_file();
    (void)t->install(f, true);
    (void)t->install(f, false);
    const int reserved = *t->reserve(false);
    EXPECT_EQ(host::error_of(t->get(reserved)), EBADF);
    EXPECT_EQ(host::error_of(t->install_at(reserved, f, false)), EBUSY);
    Ref<FdTable> child = *t->copy();
    child->close_marked();
    EXPECT_EQ(host::error_of(child->get(0)), EBADF);
    EXPECT_TRUE(child->get(1).ok());
    EXPECT_EQ(*child->install(f, false), 0); // the reservation isn't the child's
    EXPECT_EQ(*child->install(f, false), 2);
    EXPECT_TRUE(*t->close_on_exec(0));
    EXPECT_EQ(*t->install_at(300, f, true), 300);
    EXPECT_EQ(t->next_used(2), 300);
    EXPECT_EQ(t->next_used(301), -1);
}

TEST(Pipe, RingKeepsOrder) {
    auto ends = make_pipe(O_NONBLOCK, Credentials{});
    std::string sent, got;
    u32 x = 1;
    for (int round = 0; round < 2000; round++) {
        x = x * 1103515245 + 12345;
        std::string text(x >> 16 & 4095, static_cast<char>(round));
        sent += text.substr(0, host::write_all(*ends->writer, text));
        char block[3000];
        IovIter to = IovIter::of_kernel(block, (x >> 8) % sizeof block + 1);
        i64 unused = 0;
        auto n = ends->reader->read(to, unused);
        if (n) got.append(block, *n);
    }
    got += host::read_all(*ends->reader);
    EXPECT_EQ(got, sent);
}

TEST(Pipe, AtomicityAndErrors) {
    auto ends = make_pipe(O_NONBLOCK, Credentials{});
    file &r = *ends->reader, &w = *ends->writer;
    Pipe& pipe = *r.as_pipe();
    i64 unused = 0;
    char c;
    IovIter one = IovIter::of_kernel(&c, 1);
    EXPECT_EQ(host::error_of(r.read(one, unused)), EAGAIN);
    EXPECT_EQ(r.poll(nullptr), 0u);
    EXPECT_EQ(host::write_all(w, std::string(65536 - 100, 'x')), 65536u - 100);
    // A write of at most PIPE_BUF is all or nothing; a longer one takes what room there is.
    const std::string small(200, 'y'), large(5000, 'z');
    IovIter from = IovIter::of_kernel(small.data(), small.size());
    EXPECT_EQ(host::error_of(w.write(from, unused)), EAGAIN);
    EXPECT_EQ(w.poll(nullptr), 0u);
    EXPECT_EQ(host::write_all(w, large), 100u);
    EXPECT_EQ(host::error_of(pipe.resize(4096)), EBUSY);
    EXPECT_EQ(*pipe.resize(100000), 131072u);
    EXPECT_EQ(host::error_of(pipe.resize(2 << 20)), EPERM);
    EXPECT_EQ(host::read_all(r).size(), 65536u);
    EXPECT_EQ(*pipe.resize(1), 4096u);
    ends->reader.reset();
    IovIter again = IovIter::of_kernel(small.data(), small.size());
    EXPECT_EQ(host::error_of(w.write(again, unused)), EPIPE);
    EXPECT_TRUE(w.poll(nullptr) & POLLERR);
}

TEST(Pipe, HangUp) {
    auto ends = make_pipe(0, Credentials{});
    host::write_all(*ends->writer, "last");
    ends->writer.reset();
    EXPECT_EQ(ends->reader->poll(nullptr), static_cast<u32>(POLLIN | POLLRDNORM | POLLHUP));
    EXPECT_EQ(host::read_all(*ends->reader), "last");
}

TEST(Fifo, OpenRules) {
    host::World w;
    ASSERT_TRUE(make_node(w.who(), "p", S_IFIFO | 0644, 0).ok());
    EXPECT_EQ(w.error_of_open("p", O_WRONLY | O_NONBLOCK), ENXIO);
    EXPECT_EQ(w.error_of_open("p", O_RDONLY), EINTR); // nobody comes
    auto reader = w.open("p", O_RDONLY | O_NONBLOCK);
    EXPECT_EQ((*reader)->poll(nullptr), 0u);
    {
        auto writer = w.open("p", O_WRONLY);
        EXPECT_EQ(host::write_all(**writer, "hello"), 5u);
    }
    EXPECT_TRUE((*reader)->poll(nullptr) & POLLHUP);
    EXPECT_EQ(host::read_all(**reader), "hello");
}

TEST(Locks, RecordLocksSplitAndJoin) {
    host::World w;
    w.touch("f");
    auto f = w.open("f", O_RDWR);
    Inode& inode = *(*f)->inode;
    int a = 0, b = 0;
    auto lock = [&](const void* owner, i16 type, u64 start, u64 end) {
        LockRange r;
        r.type = type;
        r.start = start;
        r.end = end;
        r.owner = owner;
        r.pid = owner == &a ? 1 : 2;
        return host::error_of(set_record_lock(inode, r, false));
    };
    auto free_for_b = [&](u64 start, u64 end) {
        LockRange r;
        r.type = F_WRLCK;
        r.start = start;
        r.end = end;
        r.owner = &b;
        return test_record_lock(inode, r).type == F_UNLCK;
    };
    EXPECT_EQ(lock(&a, F_WRLCK, 0, 99), 0);
    EXPECT_EQ(lock(&b, F_RDLCK, 50, 60), EAGAIN);
    EXPECT_EQ(lock(&a, F_UNLCK, 40, 59), 0);
    EXPECT_TRUE(free_for_b(40, 59));
    EXPECT_FALSE(free_for_b(39, 59));
    EXPECT_FALSE(free_for_b(40, 60));
    EXPECT_EQ(lock(&a, F_RDLCK, 0, 9), 0);
    EXPECT_EQ(lock(&b, F_RDLCK, 0, 9), 0);
    EXPECT_EQ(lock(&a, F_WRLCK, 5, 5), EAGAIN);
    release_record_locks(inode, &a);
    EXPECT_TRUE(free_for_b(0, ~u64{0}));
    EXPECT_EQ(host::error_of(set_flock(inode, &a, LOCK_SH, false)), 0);
    EXPECT_EQ(host::error_of(set_flock(inode, &b, LOCK_EX, false)), EAGAIN);
    EXPECT_EQ(host::error_of(set_flock(inode, &a, LOCK_UN, false)), 0);
    EXPECT_EQ(host::error_of(set_flock(inode, &b, LOCK_EX, false)), 0);
}

namespace {
struct Epoll {
    Ref<file> f = *make_event_poll();
    EventPoll& set = *f->as_event_poll();
    int control(int operation, int fd, file& target, u32 events = 0) {
        return host::error_of(event_poll_control(set, operation, fd, target, {events, 7}));
    }
    usize ready() {
        EpollEvent out[8];
        return *event_poll_wait(set, out, 0);
    }
};
} // namespace

TEST(EventPoll, LevelEdgeOneshot) {
    Epoll e;
    auto ends = make_pipe(O_NONBLOCK, Credentials{});
    EXPECT_EQ(e.control(EPOLL_CTL_ADD, 3, *ends->reader, EPOLLIN), 0);
    EXPECT_EQ(e.control(EPOLL_CTL_ADD, 3, *ends->reader, EPOLLIN), EEXIST);
    EXPECT_EQ(e.ready(), 0u);
    host::write_all(*ends->writer, "x");
    EXPECT_EQ(e.ready(), 1u);
    EXPECT_EQ(e.ready(), 1u);
    EXPECT_EQ(e.control(EPOLL_CTL_MOD, 3, *ends->reader, EPOLLIN | EPOLLET), 0);
    EXPECT_EQ(e.ready(), 1u);
    EXPECT_EQ(e.ready(), 0u);
    host::write_all(*ends->writer, "y");
    EXPECT_EQ(e.ready(), 1u);
    EXPECT_EQ(e.control(EPOLL_CTL_MOD, 3, *ends->reader, EPOLLIN | EPOLLONESHOT), 0);
    EXPECT_EQ(e.ready(), 1u);
    host::write_all(*ends->writer, "z");
    EXPECT_EQ(e.ready(), 0u);
    EXPECT_EQ(e.control(EPOLL_CTL_MOD, 3, *ends->reader, EPOLLIN), 0);
    EXPECT_EQ(e.ready(), 1u);
    EXPECT_EQ(e.control(EPOLL_CTL_DEL, 3, *ends->reader), 0);
    EXPECT_EQ(e.control(EPOLL_CTL_DEL, 3, *ends->reader), ENOENT);
    EXPECT_EQ(e.ready(), 0u);
}

TEST(EventPoll, ClosedFilesLeave) {
    Epoll e;
    auto ends = make_pipe(O_NONBLOCK, Credentials{});
    host::write_all(*ends->writer, "x");
    EXPECT_EQ(e.control(EPOLL_CTL_ADD, 3, *ends->reader, EPOLLIN), 0);
    EXPECT_EQ(e.control(EPOLL_CTL_ADD, 4, *ends->writer, EPOLLOUT), 0);
    EXPECT_EQ(e.ready(), 2u);
    ends->reader.reset();
    EXPECT_EQ(e.ready(), 1u);
    e.f.reset(); // before the writer
    host::write_all(*ends->writer, "y");
}

TEST(EventPoll, Nesting) {
    Epoll a, b, c;
    auto ends = make_pipe(O_NONBLOCK, Credentials{});
    EXPECT_EQ(a.control(EPOLL_CTL_ADD, 9, *a.f, EPOLLIN), EINVAL);
    EXPECT_EQ(a.control(EPOLL_CTL_ADD, 9, *b.f, EPOLLIN), 0);
    EXPECT_EQ(b.control(EPOLL_CTL_ADD, 9, *c.f, EPOLLIN), 0);
    EXPECT_EQ(c.control(EPOLL_CTL_ADD, 9, *a.f, EPOLLIN), ELOOP);
    EXPECT_EQ(c.control(EPOLL_CTL_ADD, 3, *ends->reader, EPOLLIN), 0);
    EXPECT_EQ(a.ready(), 0u);
    host::write_all(*ends->writer, "x");
    EXPECT_EQ(a.ready(), 1u);
    host::read_all(*ends->reader);
    EXPECT_EQ(a.ready(), 0u);
    Epoll chain[8];
    int refused = 0;
    for (int i = 0; i < 7; i++)
        refused += chain[i + 1].control(EPOLL_CTL_ADD, 5, *chain[i].f, EPOLLIN) == ELOOP;
    EXPECT_GT(refused, 0);
}

TEST(EventPoll, ManyItems) {
    Epoll e;
    std::vector<Ref<file>> files;
    for (int i = 0; i < 1000; i++) {
        files.push_back(any_file());
        ASSERT_EQ(e.control(EPOLL_CTL_ADD, i, *files.back(), EPOLLIN), 0);
    }
    EXPECT_EQ(e.ready(), 0u);
    const u64 one = 1;
    for (int i = 0; i < 1000; i += 250)
        host::write_all(*files[static_cast<usize>(i)],
                        std::string(reinterpret_cast<const char*>(&one), 8));
    EXPECT_EQ(e.ready(), 4u);
    files.clear();
    EXPECT_EQ(e.ready(), 0u);
}

TEST(EventFiles, TimerTicks) {
    auto f = make_timer_file(1, O_NONBLOCK);
    TimerFile& t = *(*f)->as_timer();
    timer_file_set(t, {ms_to_ns(10), ms_to_ns(5)}, false);
    EXPECT_EQ((*f)->poll(nullptr), 0u);
    host::advance_clock(ms_to_ns(26));
    u64 ticks = 0;
    IovIter to = IovIter::of_kernel(&ticks, 8);
    i64 unused = 0;
    EXPECT_EQ(*(*f)->read(to, unused), 8u);
    EXPECT_EQ(ticks, 3u); // at 5, 15 and 25
    EXPECT_EQ(timer_file_get(t).expires, ms_to_ns(9));
    timer_file_set(t, {}, false);
    host::advance_clock(s_to_ns(1));
    EXPECT_EQ((*f)->poll(nullptr), 0u);
}
