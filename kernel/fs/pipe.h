// Pipes and FIFOs: a ring of bytes between those who write and those who read. pipe(7).
#pragma once

#include "kernel/fs/file.h"

class Pipe : public RefCounted {
  public:
    static constexpr usize default_size = 65536;
    static constexpr usize max_size = 1 << 20;

    // ENOMEM.
    static Result<Ref<Pipe>> create();
    Pipe();
    ~Pipe();

    // Both move at least one byte or say why not: EAGAIN, EINTR, EPIPE, EFAULT. A write of at most
    // PIPE_BUF bytes is all or nothing.
    Result<usize> read(IovIter& to, bool nonblocking);
    Result<usize> write(IovIter& from, bool nonblocking);
    usize used() const { return used_; }
    usize size() const { return size_; }
    // F_SETPIPE_SZ: the new size, a power of two of pages. Errors: EBUSY, EINVAL, EPERM, ENOMEM.
    Result<usize> resize(usize bytes);
    u32 poll(PollTable* table, bool for_reading, bool for_writing);
    // Copies without taking (tee).
    usize peek(void* to, usize bytes) const;

    void open_end(bool reader, bool writer);
    void close_end(bool reader, bool writer);

    u32 readers = 0, writers = 0;
    u32 reader_generation = 0, writer_generation = 0; // ends opened so far, for a FIFO's open
    bool hung_up = false;                             // there were writers, and they have gone
    u64 number;
    u32 uid = 0, gid = 0; // who made it
    Ref<Inode> inode;     // of both ends, once attributes were asked for
    WaitQueue readable;
    WaitQueue writable;

  private:
    usize take(IovIter& to);
    usize put(IovIter& from, usize bytes);
    bool ensure_room(usize wanted);
    bool set_capacity(usize capacity);

    u8* ring_ = nullptr; // grows with what is in it, up to size_: an idle pipe is small
    usize capacity_ = 0; // of the ring; a power of two
    usize size_ = default_size;
    usize head_ = 0; // of the next byte to read
    usize used_ = 0;
};

// The two ends. ENOMEM.
struct PipeEnds {
    Ref<file> reader, writer;
};
Result<PipeEnds> make_pipe(u32 flags, const Credentials& maker);
// Opening a FIFO, with its rendezvous. fifo(7): ENXIO, EINTR.
Result<Ref<file>> open_fifo(Ref<Pipe>& pipe, u32 flags);
