// /proc: files whose text is made when they are opened. Whoever knows something registers a
// generator for it; the directories on the way are made as needed.
#pragma once

#include "kernel/base/text_buffer.h"
#include "kernel/fs/inode.h"
#include <span>

// Writes the text of a file. `context` is whatever it was registered with (a PID, say).
using ProcShow = void (*)(TextBuffer& out, u64 context);
// Takes what a program wrote, in one piece. EINVAL.
using ProcStore = Result<void> (*)(std::string_view text, u64 context);

// `path` is relative to /proc: "meminfo", "net/dev", "sys/net/ipv4/ip_forward". Names are not
// copied: string literals. Mode 0444, or 0644 with a `store`.
void proc_register(const char* path, ProcShow show, ProcStore store = nullptr, u64 context = 0);
// A symbolic link whose target is made by `target`.
void proc_register_link(const char* path, ProcShow target, u64 context = 0);

// Names in /proc itself that come and go (the PIDs): one provider, asked after the registered
// names. find: ENOENT. list: adds the entries whose cookie is not below `from`, in order; a cookie
// is chosen by the provider and begins at proc_first_dynamic.
constexpr u64 proc_first_dynamic = 1 << 16;
struct ProcProvider {
    Result<Ref<Inode>> (*find)(std::string_view name);
    void (*list)(DirectorySink& sink, u64 from);
};
void proc_register_provider(const ProcProvider& provider);

// What a provider's directories are made of.
FileSystem& proc_filesystem();
Result<Ref<Inode>> make_proc_file(u32 permissions, const Credentials& owner, ProcShow show,
                                  u64 context, ProcStore store = nullptr);
Result<Ref<Inode>> make_proc_link(const Credentials& owner, ProcShow target, u64 context);
// A magic link: what it says is `target`'s text, where it leads is `follow`'s dentry (exe, cwd,
// fd/N).
using ProcFollow = Result<Ref<Dentry>> (*)(u64 context);
Result<Ref<Inode>> make_proc_magic_link(const Credentials& owner, ProcShow target,
                                        ProcFollow follow, u64 context);
// Base of a directory with names that come and go: override find and list_entries.
class ProcDirectory : public Inode {
  public:
    ProcDirectory(u32 permissions, const Credentials& owner);
    // ENOENT.
    virtual Result<Ref<Inode>> find(std::string_view name) = 0;
    // As ProcProvider::list; cookies begin at 2.
    virtual void list_entries(DirectorySink& sink, u64 from) = 0;

    Result<Ref<Dentry>> lookup(Dentry& self, std::string_view name) override;
    Result<void> list(DirectorySink& sink, u64 from) override;
    Result<Ref<file>> open(Dentry& self, u32 flags) override;
};
