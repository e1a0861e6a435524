// The walk itself, kept between the steps of a call that follows links by itself (open with
// O_CREAT): how many links it has met, and the text of the last one.
#pragma once

#include "kernel/fs/namei.h"

class PathWalk {
  public:
    explicit PathWalk(const Walker& who);
    ~PathWalk();

    // Walks all of `path`, or with `last` stops before its last name.
    Result<void> run(std::string_view path, u32 flags, LastName* last = nullptr);
    // Goes to where `link`, found in the directory reached, leads; the text that remains to be
    // walked comes back in `rest`, empty after a magic link. `tail` is put behind it.
    Result<void> enter_link(Dentry& link, std::string_view tail, std::string_view& rest);
    Ref<Dentry> at;

  private:
    Result<void> step(std::string_view name);
    Result<void> begin(std::string_view path);
    void go_up();

    const Walker& who_;
    int links_ = 0;
    char* text_ = nullptr;
};
