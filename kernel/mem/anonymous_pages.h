// Shared anonymous memory (MAP_SHARED | MAP_ANONYMOUS): pages that everyone who inherits the
// mapping sees.
#pragma once

#include "kernel/mem/page_source.h"

class AnonymousPages final : public PageSource {
  public:
    // ENOMEM.
    static Result<Ref<AnonymousPages>> create(usize bytes);
    ~AnonymousPages() override;
    Result<Frame*> page(u64 index, bool create) override;

  private:
    static constexpr usize frames_per_leaf = page_size / sizeof(Frame*);

    u64 pages_ = 0;
    Frame*** leaves_ = nullptr; // tables of frames_per_leaf frames, made as needed
    usize leaf_count_ = 0;
};
