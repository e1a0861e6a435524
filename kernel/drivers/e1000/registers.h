// The e1000's registers and descriptors, as far as the driver uses them. Source: Intel, "PCI/PCI-X
// Family of Gigabit Ethernet Controllers Software Developer's Manual" (8254x SDM), chapter 3
// (descriptors) and chapter 13 (registers).
#pragma once

#include "kernel/base/types.h"

namespace e1000 {

// Offsets from the start of memory BAR 0 (SDM table 13-2).
enum Register : u32 {
    reg_ctrl = 0x0000,
    reg_status = 0x0008,
    reg_eerd = 0x0014,
    reg_icr = 0x00c0, // cleared by reading
    reg_itr = 0x00c4,
    reg_ims = 0x00d0,
    reg_imc = 0x00d8,
    reg_rctl = 0x0100,
    reg_tctl = 0x0400,
    reg_tipg = 0x0410,
    reg_rdbal = 0x2800,
    reg_rdbah = 0x2804,
    reg_rdlen = 0x2808,
    reg_rdh = 0x2810,
    reg_rdt = 0x2818,
    reg_rdtr = 0x2820,
    reg_radv = 0x282c,
    reg_tdbal = 0x3800,
    reg_tdbah = 0x3804,
    reg_tdlen = 0x3808,
    reg_tdh = 0x3810,
    reg_tdt = 0x3818,
    reg_tidv = 0x3820,
    reg_crcerrs = 0x4000,
    reg_algnerrc = 0x4004,
    reg_rxerrc = 0x400c,
    reg_mpc = 0x4010, // missed for want of room
    reg_ecol = 0x4018,
    reg_latecol = 0x401c,
    reg_colc = 0x4028,
    reg_rlec = 0x4040,
    reg_rxcsum = 0x5000,
    reg_mta = 0x5200, // 128 words
    reg_ral = 0x5400, // 16 pairs of RAL, RAH
    reg_rah = 0x5404,
};
constexpr u32 multicast_table_words = 128;
constexpr u32 exact_filters = 16;

// CTRL (13.4.1), STATUS (13.4.2)
constexpr u32 ctrl_set_link_up = 1u << 6;
constexpr u32 ctrl_reset = 1u << 26;
constexpr u32 status_link_up = 1u << 1;

// EERD (13.4.4)
constexpr u32 eerd_start = 1u << 0;
constexpr u32 eerd_done = 1u << 4;
constexpr u32 eerd_address_shift = 8;
constexpr u32 eerd_data_shift = 16;
constexpr u32 eeprom_words = 64; // whose sum is eeprom_sum (5.6.35)
constexpr u16 eeprom_sum = 0xbaba;

// ICR, IMS, IMC (13.4.17)
constexpr u32 cause_tx_written_back = 1u << 0;
constexpr u32 cause_link_change = 1u << 2;
constexpr u32 cause_rx_low = 1u << 4;     // RXDMT0
constexpr u32 cause_rx_overrun = 1u << 6; // RXO
constexpr u32 cause_rx_timer = 1u << 7;   // RXT0
constexpr u32 causes_receive = cause_rx_low | cause_rx_overrun | cause_rx_timer;
constexpr u32 causes_all = 0xffffffff;

// RCTL (13.4.22). Buffers of 2,048 bytes are BSIZE 0.
constexpr u32 rctl_enable = 1u << 1;
constexpr u32 rctl_unicast_promiscuous = 1u << 3;
constexpr u32 rctl_multicast_promiscuous = 1u << 4;
constexpr u32 rctl_accept_broadcast = 1u << 15;
constexpr u32 rctl_strip_crc = 1u << 26;

// TCTL (13.4.33): collision threshold 15 and distance 64 byte times, as for full duplex.
constexpr u32 tctl_enable = 1u << 1;
constexpr u32 tctl_pad_short = 1u << 3;
constexpr u32 tctl_collisions = 15u << 4 | 64u << 12;
// TIPG (13.4.34): IEEE 802.3's gaps for copper.
constexpr u32 tipg_copper = 10u | 8u << 10 | 6u << 20;

constexpr u32 rxcsum_ip = 1u << 8, rxcsum_tcp_udp = 1u << 9; // 13.4.36
constexpr u32 rah_valid = 1u << 31;                          // 13.5.3

// The receive descriptor (3.2.3). The device writes all of it, `status` last.
struct ReceiveDescriptor {
    u64 address;
    u16 length;
    u16 checksum;
    u8 status;
    u8 errors;
    u16 special;
};
static_assert(sizeof(ReceiveDescriptor) == 16);
constexpr u8 rx_done = 1u << 0;
constexpr u8 rx_end_of_packet = 1u << 1;
constexpr u8 rx_ignore_checksum = 1u << 2; // IXSM: the checksum bits mean nothing
constexpr u8 rx_tcp_udp_checked = 1u << 5; // TCPCS
constexpr u8 rx_error_tcp_udp = 1u << 5;   // TCPE
constexpr u8 rx_error_ip = 1u << 6;        // IPE
constexpr u8 rx_error_data = 1u << 7;      // RXE
// Errors of the line: CRC or alignment, symbol, sequence, carrier extension, receive data.
constexpr u8 rx_errors_of_frame = 0x01 | 0x02 | 0x04 | 0x10 | rx_error_data;

// The extended transmit descriptors: TCP/IP context (3.3.6) and TCP/IP data (3.3.7). Both begin
// with 8 bytes that differ and go on with a command and a status word.
struct TransmitDescriptor {
    u64 address; // data: of the bytes; context: the checksum fields
    u32 command; // length (20 bits), type, DCMD or TUCMD
    u32 status;  // STA in the lowest bits; data: POPTS; context: HDRLEN, MSS
};
static_assert(sizeof(TransmitDescriptor) == 16);
constexpr u32 tx_type_data = 1u << 20; // DTYP; a context has 0
constexpr u32 tx_end_of_packet = 1u << 24;
constexpr u32 tx_insert_fcs = 1u << 25;
constexpr u32 tx_segmentation = 1u << 26; // TSE
constexpr u32 tx_report_status = 1u << 27;
constexpr u32 tx_extended = 1u << 29;
constexpr u32 tx_context_tcp = 1u << 24; // TUCMD
constexpr u32 tx_context_ipv4 = 1u << 25;
constexpr u32 tx_done = 1u << 0;                      // STA.DD
constexpr u32 tx_insert_ip_checksum = 1u << 8;        // POPTS.IXSM
constexpr u32 tx_insert_transport_checksum = 1u << 9; // POPTS.TXSM
// What one descriptor may carry (3.3.3).
constexpr u32 tx_bytes_max = 16288;

} // namespace e1000
