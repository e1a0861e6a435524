// The signal page's contents: two pieces of code, shared by all.
#include "kernel/proc/sigpage.h"

#include "kernel/base/string.h"

namespace {

class Sigpage final : public PageSource {
  public:
    static Result<Ref<Sigpage>> create() {
        Ref<Sigpage> page = TRY(make_ref<Sigpage>());
        page->frame_ = frame_alloc_zeroed();
        if (!page->frame_) return Errno{ENOMEM};
        // popl %eax; movl $119, %eax; int $0x80 · movl $173, %eax; int $0x80
        constexpr u8 plain[] = {0x58, 0xb8, 0x77, 0, 0, 0, 0xcd, 0x80};
        constexpr u8 with_info[] = {0xb8, 0xad, 0, 0, 0, 0xcd, 0x80};
        u8* code = static_cast<u8*>(page->frame_->data());
        memcpy(code + (sigpage_sigreturn - sigpage_address), plain, sizeof(plain));
        memcpy(code + (sigpage_rt_sigreturn - sigpage_address), with_info, sizeof(with_info));
        return page;
    }
    ~Sigpage() override {
        if (frame_) frame_unref(*frame_);
    }
    Result<Frame*> page(u64 index, bool) override {
        if (index != 0) return Errno{ENXIO};
        frame_ref(*frame_);
        return frame_;
    }

  private:
    Frame* frame_ = nullptr;
};

} // namespace

Result<void> map_sigpage(AddressSpace& space) {
    static Ref<Sigpage> sigpage;
    if (!sigpage) sigpage = TRY(Sigpage::create());
    MapRequest request;
    request.address = sigpage_address;
    request.bytes = page_size;
    request.fixed = true;
    request.protection = PROT_READ | PROT_EXEC;
    request.source = sigpage;
    TRY(space.map(request));
    return {};
}
