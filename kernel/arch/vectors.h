// How the interrupt vectors are used.
#pragma once

constexpr unsigned exception_count = 32;
constexpr unsigned irq_vector_base = 32; // 16 lines of the 8259s
constexpr unsigned timer_vector = 48;    // local APIC
constexpr unsigned stub_count = 49;      // entries of trap_stubs for vectors from 0 on
constexpr unsigned spurious_vector = 255;

// kernel/arch/interrupts.cpp, clock.cpp
void interrupt_dispatch(unsigned irq);
void clock_interrupt();
