// The open file behind a mapping: what keeps it open, and what /proc/PID/maps says of it.
#pragma once

#include "kernel/fs/file.h"
#include "kernel/mem/vma.h"

class OpenMapping final : public MappedFile {
  public:
    explicit OpenMapping(Ref<file> opened) : opened_(std::move(opened)) {}
    Identity identity() const override {
        const FileStatus status = opened_->status();
        const Device device = decode_device(status.device);
        return {device_major(device), device_minor(device), status.inode};
    }
    usize describe(std::span<char> to) const override { return opened_->describe(to); }

  private:
    Ref<file> opened_;
};
