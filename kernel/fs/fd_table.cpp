// The descriptor table: chunks of 64, each with its bitmaps, found through an array that grows.
#include "kernel/fs/fd_table.h"
#include "kernel/base/math.h"
#include "kernel/base/string.h"
#include "kernel/fs/locks.h"
#include <bit>

FdTable::~FdTable() {
    close_all();
    for (u32 i = 1; i < chunk_count_; i++) kfree(chunks_[i]);
    if (chunks_ != &single_) kfree(chunks_);
}

file* FdTable::peek(int fd) const {
    const Chunk* chunk = chunk_of(static_cast<u32>(fd));
    return chunk ? chunk->files[static_cast<u32>(fd) % chunk_size] : nullptr;
}

Result<void> FdTable::grow(u32 chunk_count) {
    u32 wanted = max(chunk_count, chunk_count_ * 2);
    auto** chunks = static_cast<Chunk**>(kmalloc(wanted * sizeof(Chunk*)));
    if (!chunks) return Errno{ENOMEM};
    memset(chunks, 0, wanted * sizeof(Chunk*));
    memcpy(chunks, chunks_, chunk_count_ * sizeof(Chunk*));
    if (chunks_ != &single_) kfree(chunks_);
    chunks_ = chunks;
    chunk_count_ = wanted;
    return {};
}

Result<FdTable::Chunk*> FdTable::make_chunk(u32 index) {
    if (index >= chunk_count_) TRY(grow(index + 1));
    if (!chunks_[index]) chunks_[index] = TRY(make_box<Chunk>()).release();
    return chunks_[index];
}

Result<int> FdTable::reserve(bool close_on_exec, int from) {
    const u32 start = static_cast<u32>(from);
    if (from < 0 || start >= limit) return Errno{from ? EINVAL : EMFILE};
    for (u32 index = max(start / chunk_size, hint_); index * chunk_size < limit; index++) {
        Chunk* chunk =
            index < chunk_count_ && chunks_[index] ? chunks_[index] : TRY(make_chunk(index));
        u64 taken = chunk->used;
        if (index == start / chunk_size) taken |= (u64{1} << start % chunk_size) - 1;
        if (taken == ~u64{0}) continue;
        const u32 bit = static_cast<u32>(std::countr_one(taken));
        const u32 fd = index * chunk_size + bit;
        if (fd >= limit) break;
        if (start <= hint_ * chunk_size) hint_ = index;
        chunk->used |= u64{1} << bit;
        if (close_on_exec)
            chunk->marked |= u64{1} << bit;
        else
            chunk->marked &= ~(u64{1} << bit);
        return static_cast<int>(fd);
    }
    return Errno{EMFILE};
}

void FdTable::fill(int fd, Ref<file> opened) {
    chunk_of(static_cast<u32>(fd))->files[static_cast<u32>(fd) % chunk_size] = opened.release();
}

Result<int> FdTable::install(Ref<file> opened, bool close_on_exec, int from) {
    const int fd = TRY(reserve(close_on_exec, from));
    fill(fd, std::move(opened));
    return fd;
}

// Empties the place; the caller has seen that it is in use.
Ref<file> FdTable::take(u32 fd) {
    Chunk& chunk = *chunk_of(fd);
    const u32 place = fd % chunk_size;
    chunk.used &= ~(u64{1} << place);
    chunk.marked &= ~(u64{1} << place);
    hint_ = min(hint_, fd / chunk_size);
    Ref<file> taken = Ref<file>::adopt(chunk.files[place]);
    chunk.files[place] = nullptr;
    if (taken) drop_locks(*taken);
    return taken;
}

// Closing any descriptor of a file drops the process's record locks on it (fcntl(2)).
void FdTable::drop_locks(file& closed) {
    if (closed.inode && closed.inode->locks) release_record_locks(*closed.inode, this);
}

void FdTable::release(int fd) { take(static_cast<u32>(fd)); }

Result<int> FdTable::install_at(int fd, Ref<file> opened, bool close_on_exec) {
    const u32 place = static_cast<u32>(fd);
    if (fd < 0 || place >= limit) return Errno{EBADF};
    Chunk& chunk = *TRY(make_chunk(place / chunk_size));
    const u64 bit = u64{1} << place % chunk_size;
    if ((chunk.used & bit) && !chunk.files[place % chunk_size]) return Errno{EBUSY};
    Ref<file> old; // goes when the new one is in place
    if (chunk.used & bit) old = take(place);
    chunk.used |= bit;
    if (close_on_exec) chunk.marked |= bit;
    chunk.files[place % chunk_size] = opened.release();
    return fd;
}

Result<Ref<file>> FdTable::close(int fd) {
    if (!peek(fd)) return Errno{EBADF};
    return take(static_cast<u32>(fd));
}

Result<bool> FdTable::close_on_exec(int fd) const {
    if (!peek(fd)) return Errno{EBADF};
    const u32 place = static_cast<u32>(fd);
    return (chunk_of(place)->marked >> place % chunk_size & 1) != 0;
}

Result<void> FdTable::set_close_on_exec(int fd, bool on) {
    if (!peek(fd)) return Errno{EBADF};
    const u32 place = static_cast<u32>(fd);
    const u64 bit = u64{1} << place % chunk_size;
    u64& marked = chunk_of(place)->marked;
    marked = on ? marked | bit : marked & ~bit;
    return {};
}

int FdTable::next_used(int from) const {
    u32 fd = static_cast<u32>(from);
    while (fd < chunk_count_ * chunk_size) {
        const Chunk* chunk = chunk_of(fd);
        const u64 left = chunk ? chunk->used >> fd % chunk_size : 0;
        if (!left) {
            fd = static_cast<u32>(align_down(fd, chunk_size)) + chunk_size;
            continue;
        }
        fd += static_cast<u32>(std::countr_zero(left));
        if (peek(static_cast<int>(fd))) return static_cast<int>(fd);
        fd++;
    }
    return -1;
}

void FdTable::close_range(u32 first, u32 last, bool only_mark) {
    if (first >= hard_limit) return;
    for (int fd = next_used(static_cast<int>(first)); fd >= 0 && static_cast<u32>(fd) <= last;
         fd = next_used(fd + 1)) {
        if (only_mark)
            (void)set_close_on_exec(fd, true);
        else
            take(static_cast<u32>(fd));
    }
}

void FdTable::close_marked() {
    for (u32 index = 0; index < chunk_count_; index++) {
        Chunk* chunk = chunks_[index];
        while (chunk && chunk->marked)
            take(index * chunk_size + static_cast<u32>(std::countr_zero(chunk->marked)));
    }
}

void FdTable::close_all() { close_range(0, hard_limit, false); }

Result<Ref<FdTable>> FdTable::copy() const {
    Ref<FdTable> result = TRY(make_ref<FdTable>());
    result->limit = limit;
    for (u32 index = 0; index < chunk_count_; index++) {
        const Chunk* from = chunks_[index];
        if (!from || !from->used) continue;
        Chunk& to = *TRY(result->make_chunk(index));
        for (u64 left = from->used; left; left &= left - 1) {
            const u32 place = static_cast<u32>(std::countr_zero(left));
            if (!from->files[place]) continue; // reserved by another thread: not ours
            to.used |= u64{1} << place;
            to.files[place] = Ref<file>(from->files[place]).release();
        }
        to.marked = from->marked & to.used;
    }
    return result;
}
