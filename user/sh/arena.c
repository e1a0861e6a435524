// Memory that is taken piece by piece and given back in one: a command's tree, a command's fields.
#include "user/sh/sh.h"

#include <stdlib.h>
#include <string.h>

struct Block {
    struct Block* before;
    size_t used, size;
    char bytes[];
};

void* arena_take(struct Arena* arena, size_t size) {
    size = (size + 15) & ~(size_t)15;
    struct Block* block = arena->block;
    if (!block || block->size - block->used < size) {
        size_t room = size > 4000 ? size : 4000;
        struct Block* fresh = need(malloc(sizeof *fresh + room + 16));
        fresh->before = block;
        fresh->size = room;
        // The first byte stands at a multiple of 16, and so does every piece.
        fresh->used = (size_t)(-(uintptr_t)fresh->bytes & 15);
        fresh->size += fresh->used;
        arena->block = block = fresh;
    }
    void* memory = block->bytes + block->used;
    block->used += size;
    return memset(memory, 0, size);
}

char* arena_text(struct Arena* arena, const char* text, size_t length) {
    return memcpy(arena_take(arena, length + 1), text, length);
}

struct Mark arena_mark(struct Arena* arena) {
    return (struct Mark){arena->block, arena->block ? arena->block->used : 0};
}

void arena_release(struct Arena* arena, struct Mark mark) {
    while (arena->block && arena->block != mark.block) {
        struct Block* before = arena->block->before;
        free(arena->block);
        arena->block = before;
    }
    if (arena->block) arena->block->used = mark.used;
}

void arena_free(struct Arena* arena) {
    if (!arena->keep) arena_release(arena, (struct Mark){NULL, 0});
}
