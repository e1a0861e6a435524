// The model of the 82540EM. Sections are those of the 8254x Software Developer's Manual.
#include "tests/host/e1000_model.h"
#include "kernel/drivers/e1000/io.h"
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <utility>

using namespace e1000;

// --- what the driver calls ---

static E1000Model& model_of(const E1000Io& io) { return *static_cast<E1000Model*>(io.model); }
u32 E1000Io::read(u32 offset) const { return model_of(*this).read(offset); }
void E1000Io::write(u32 offset, u32 value) const { model_of(*this).write(offset, value); }
u64 E1000Io::bus_address(const void* memory) const { return reinterpret_cast<u64>(memory); }
void* E1000Io::allocate(usize bytes) const { return aligned_alloc(4096, (bytes + 4095) & ~4095ul); }
void E1000Io::release(void* memory, usize) const { free(memory); }
void E1000Io::delay_us(u32) const {}

// --- registers ---

E1000Model::E1000Model() {
    for (u32 i = 0; i < eeprom_words; i++) eeprom[i] = static_cast<u16>(i * 0x101);
    eeprom[0] = 0x5452;
    eeprom[1] = 0x1200;
    eeprom[2] = 0x5634; // 52:54:00:12:34:56
    seal_eeprom();
    reg(reg_status) = 0x80080780 | status_link_up;
}

void E1000Model::seal_eeprom() {
    u16 sum = 0;
    for (u32 i = 0; i < eeprom_words - 1; i++) sum = static_cast<u16>(sum + eeprom[i]);
    eeprom[eeprom_words - 1] = static_cast<u16>(eeprom_sum - sum);
}

u32 E1000Model::reg(u32 offset) const {
    const auto found = registers_.find(offset);
    return found == registers_.end() ? 0 : found->second;
}

u32 E1000Model::read(u32 offset) {
    if (offset == reg_icr) return std::exchange(causes_, 0);
    if (offset >= reg_crcerrs && offset < reg_rxcsum) return std::exchange(reg(offset), 0);
    if (offset == reg_eerd) {
        const u32 asked = reg(reg_eerd);
        if (!(asked & eerd_start)) return asked;
        const u32 word = asked >> eerd_address_shift & 0xff;
        const u32 data = word < eeprom_words ? eeprom[word] : 0xffff;
        return (asked & ~eerd_start & 0xffff) | data << eerd_data_shift | eerd_done;
    }
    return std::as_const(*this).reg(offset);
}

void E1000Model::write(u32 offset, u32 value) {
    writes[offset]++;
    switch (offset) {
    case reg_ctrl:
        reg(offset) = value & ~ctrl_reset;
        return;
    case reg_ims:
        mask_ |= value;
        return;
    case reg_imc:
        mask_ &= ~value;
        return;
    case reg_tdt:
        reg(offset) = value;
        if (synchronous) transmit(~0u);
        return;
    default:
        reg(offset) = value;
    }
}

void E1000Model::set_link(bool up) {
    reg(reg_status) = up ? reg(reg_status) | status_link_up : reg(reg_status) & ~status_link_up;
    raise(cause_link_change);
}

// --- receiving ---

u32 E1000Model::receive_room() const {
    const u32 slots = reg(reg_rdlen) / sizeof(ReceiveDescriptor);
    return slots ? (reg(reg_rdt) + slots - reg(reg_rdh)) % slots : 0;
}

ReceiveDescriptor& E1000Model::receive_descriptor() {
    const u64 base = u64{reg(reg_rdbah)} << 32 | reg(reg_rdbal);
    return reinterpret_cast<ReceiveDescriptor*>(base)[reg(reg_rdh)];
}

// Section 3.2.1, and 13.5.1 for the table.
bool E1000Model::wants(std::span<const u8> frame) const {
    const u32 rctl = reg(reg_rctl);
    const bool group = frame[0] & 1;
    const u8 all_ones[6] = {255, 255, 255, 255, 255, 255};
    if (rctl & (group ? rctl_multicast_promiscuous : rctl_unicast_promiscuous)) return true;
    if (memcmp(frame.data(), all_ones, 6) == 0) return rctl & rctl_accept_broadcast;
    for (u32 i = 0; i < exact_filters; i++) {
        const u32 low = reg(reg_ral + 8 * i), high = reg(reg_rah + 8 * i);
        const u64 address = low | u64{high & 0xffff} << 32;
        if ((high & rah_valid) && memcmp(&address, frame.data(), 6) == 0) return true;
    }
    if (!group) return false;
    const u32 hash = (frame[4] >> 4 | frame[5] << 4) & 0xfff;
    return reg(reg_mta + 4 * (hash >> 5)) >> (hash & 31) & 1;
}

void E1000Model::complete_receive(u16 length, u8 status, u8 errors) {
    ReceiveDescriptor& descriptor = receive_descriptor();
    descriptor.length = length;
    descriptor.errors = errors;
    descriptor.status = status;
    const u32 slots = reg(reg_rdlen) / sizeof(ReceiveDescriptor);
    reg(reg_rdh) = (reg(reg_rdh) + 1) % slots;
    raise(cause_rx_timer);
}

bool E1000Model::receive(std::span<const u8> frame) {
    Frame padded(frame.begin(), frame.end());
    if (padded.size() < 60) padded.resize(60);
    const bool ready = (reg(reg_rctl) & rctl_enable) && (reg(reg_status) & status_link_up);
    if (!ready || padded.size() > 1518 || !wants(padded)) return false;
    if (receive_room() == 0) {
        reg(reg_mpc)++;
        raise(cause_rx_overrun);
        return false;
    }
    memcpy(reinterpret_cast<void*>(receive_descriptor().address), padded.data(), padded.size());
    if (!(reg(reg_rctl) & rctl_strip_crc)) throw std::logic_error("lengths would include the FCS");
    u8 status = rx_done | rx_end_of_packet;
    status |= report_checksums ? rx_tcp_udp_checked : rx_ignore_checksum;
    complete_receive(static_cast<u16>(padded.size()), status, 0);
    return true;
}

// --- sending ---

u32 E1000Model::transmit_backlog() const {
    const u32 slots = reg(reg_tdlen) / sizeof(TransmitDescriptor);
    return (reg(reg_tdt) + slots - reg(reg_tdh)) % slots;
}

void E1000Model::transmit(u32 descriptors) {
    const u64 base = u64{reg(reg_tdbah)} << 32 | reg(reg_tdbal);
    const u32 slots = reg(reg_tdlen) / sizeof(TransmitDescriptor);
    if (!(reg(reg_tctl) & tctl_enable)) return;
    for (; descriptors > 0 && reg(reg_tdh) != reg(reg_tdt); descriptors--) {
        process(reinterpret_cast<TransmitDescriptor*>(base)[reg(reg_tdh)]);
        reg(reg_tdh) = (reg(reg_tdh) + 1) % slots;
    }
}

void E1000Model::process(TransmitDescriptor& descriptor) {
    if (!(descriptor.command & tx_extended)) throw std::logic_error("a legacy descriptor");
    if (descriptor.status & tx_done) throw std::logic_error("DD set before it was done");
    if (descriptor.command & tx_type_data)
        take_data(descriptor);
    else
        take_context(descriptor);
    if (!(descriptor.command & tx_report_status)) return;
    descriptor.status |= tx_done;
    raise(cause_tx_written_back);
}

// Section 3.3.6.
void E1000Model::take_context(const TransmitDescriptor& d) {
    if (!gathered_.empty()) throw std::logic_error("a context inside a frame");
    contexts++;
    Context context{};
    context.ip_start = static_cast<u8>(d.address);
    context.ip_place = static_cast<u8>(d.address >> 8);
    context.ip_end = static_cast<u16>(d.address >> 16);
    context.transport_start = static_cast<u8>(d.address >> 32);
    context.transport_place = static_cast<u8>(d.address >> 40);
    context.transport_end = static_cast<u16>(d.address >> 48);
    context.payload = d.command & 0xfffff;
    context.header_bytes = static_cast<u8>(d.status >> 8);
    context.segment_bytes = static_cast<u16>(d.status >> 16);
    (d.command & tx_segmentation ? segmentation_context_ : checksum_context_) = context;
}

// Section 3.3.7.
void E1000Model::take_data(const TransmitDescriptor& descriptor) {
    const u32 bytes = descriptor.command & 0xfffff;
    if (bytes == 0 || bytes > tx_bytes_max) throw std::logic_error("a descriptor's length");
    if (gathered_.empty()) {
        options_ = descriptor.status;
        segment_ = descriptor.command & tx_segmentation;
    }
    const u8* data = reinterpret_cast<const u8*>(descriptor.address);
    gathered_.insert(gathered_.end(), data, data + bytes);
    if (!(descriptor.command & tx_end_of_packet)) return;
    if (segment_)
        send_segments();
    else
        send_frame();
    gathered_.clear();
}

static void insert_sum(Frame& frame, u32 start, u32 end, u32 place) {
    u32 sum = 0;
    const u32 stop = end ? end + 1 : static_cast<u32>(frame.size());
    for (u32 i = start; i < stop; i++) sum += (i - start) & 1 ? frame[i] : frame[i] << 8;
    while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
    frame.at(place) = static_cast<u8>(~sum >> 8);
    frame.at(place + 1) = static_cast<u8>(~sum);
}

void E1000Model::insert_checksums(Frame& frame, const Context& c) const {
    if (options_ & tx_insert_transport_checksum)
        insert_sum(frame, c.transport_start, c.transport_end, c.transport_place);
    if (options_ & tx_insert_ip_checksum) insert_sum(frame, c.ip_start, c.ip_end, c.ip_place);
}

void E1000Model::send_frame() {
    insert_checksums(gathered_, checksum_context_);
    if (gathered_.size() > 1522) throw std::logic_error("a frame that no Ethernet carries");
    sent.push_back(gathered_);
}

static u32 load(const Frame& frame, u32 at, u32 bytes) {
    u32 value = 0;
    for (u32 i = 0; i < bytes; i++) value = value << 8 | frame.at(at + i);
    return value;
}

static void store(Frame& frame, u32 at, u32 bytes, u32 value) {
    for (u32 i = 0; i < bytes; i++)
        frame.at(at + i) = static_cast<u8>(value >> 8 * (bytes - 1 - i));
}

// Section 3.5.9: what changes from segment to segment.
void E1000Model::send_segments() {
    const Context& c = segmentation_context_;
    if (gathered_.size() != c.header_bytes + c.payload) throw std::logic_error("PAYLEN");
    if (load(gathered_, c.ip_start + 2, 2) != 0) throw std::logic_error("the IP length isn't 0");
    u32 index = 0;
    for (u32 done = 0; done < c.payload; done += c.segment_bytes, index++) {
        const u32 bytes = std::min<u32>(c.segment_bytes, c.payload - done);
        Frame frame(gathered_.begin(), gathered_.begin() + c.header_bytes);
        const auto from = gathered_.begin() + c.header_bytes + done;
        frame.insert(frame.end(), from, from + bytes);
        const u32 ip = c.ip_start, tcp = c.transport_start;
        const u32 size = static_cast<u32>(frame.size());
        store(frame, ip + 2, 2, size - ip);
        store(frame, ip + 4, 2, load(frame, ip + 4, 2) + index);
        store(frame, tcp + 4, 4, load(frame, tcp + 4, 4) + done);
        if (done + bytes < c.payload) frame[tcp + 13] &= static_cast<u8>(~9); // FIN and PSH
        u32 pseudo = load(frame, c.transport_place, 2) + size - tcp;
        store(frame, c.transport_place, 2, (pseudo & 0xffff) + (pseudo >> 16));
        insert_checksums(frame, c);
        sent.push_back(frame);
    }
}
