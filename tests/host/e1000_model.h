// A model of the 82540EM after the 8254x Software Developer's Manual: registers, EEPROM, filters,
// both rings, checksum and segmentation offload, interrupt causes. It reads and writes descriptors
// in memory as the device would, so the driver under test is the kernel's own.
//
// It can be QEMU's (the write of TDT sends everything before it returns) or a real one's
// (descriptors wait until the test lets some of them be processed).
#pragma once

#include "kernel/drivers/e1000/registers.h"
#include <map>
#include <span>
#include <vector>

using Frame = std::vector<u8>;

class E1000Model {
  public:
    E1000Model();

    u32 read(u32 offset);
    void write(u32 offset, u32 value);

    // --- the wire ---
    std::vector<Frame> sent;
    // A frame arrives. False: the receiver is off, the filters don't want it or there was no room.
    bool receive(std::span<const u8> frame);
    // Writes the next receive descriptor as given, whatever makes sense.
    void complete_receive(u16 length, u8 status, u8 errors);
    void set_link(bool up);

    // --- how it behaves ---
    bool synchronous = true; // transmits within the write of TDT
    bool report_checksums = false;
    void transmit(u32 descriptors); // the next few, in the asynchronous mode
    u32 transmit_backlog() const;
    u16 eeprom[e1000::eeprom_words];
    void seal_eeprom(); // puts the checksum right

    // --- what it has seen ---
    std::map<u32, u32> writes; // how often each register was written
    u32 contexts = 0;          // context descriptors
    u32 receive_room() const;
    bool line() const { return causes_ & mask_; }

  private:
    struct Context {
        u8 ip_start, ip_place, transport_start, transport_place, header_bytes;
        u16 ip_end, transport_end, segment_bytes;
        u32 payload;
    };

    u32& reg(u32 offset) { return registers_[offset]; }
    u32 reg(u32 offset) const;
    e1000::ReceiveDescriptor& receive_descriptor();
    bool wants(std::span<const u8> frame) const;
    void process(e1000::TransmitDescriptor& descriptor);
    void take_context(const e1000::TransmitDescriptor& descriptor);
    void take_data(const e1000::TransmitDescriptor& descriptor);
    void send_frame();
    void send_segments();
    void insert_checksums(Frame& frame, const Context& context) const;
    void raise(u32 causes) { causes_ |= causes; }

    std::map<u32, u32> registers_;
    u32 causes_ = 0, mask_ = 0;
    Context checksum_context_{}, segmentation_context_{};
    Frame gathered_;  // of the frame on its way
    u32 options_ = 0; // POPTS of its first descriptor
    bool segment_ = false;
};
