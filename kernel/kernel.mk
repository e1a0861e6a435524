# The kernel: every .cpp and .asm under kernel/, net/ and boot/ goes in; nothing is listed by hand.
#   build/plumb.elf64  for gdb: 64-bit, with symbols and DWARF
#   build/plumb.elf    for boot loaders: the same image as a 32-bit ELF file (see boot/boot.mk)

# -Wno-dangling-pointer: a wait entry on the stack is linked into a queue; its destructor, which the
# warning doesn't see, takes it out.
KERNEL_CXX := g++
KERNEL_CXXFLAGS := -std=c++23 -ffreestanding -O2 -g -Wall -Wextra -I. -MMD -MP \
	-m64 -mno-red-zone -mgeneral-regs-only -mcmodel=kernel -fno-pic -fno-pie \
	-fno-exceptions -fno-rtti -fno-omit-frame-pointer -fno-stack-protector \
	-fno-asynchronous-unwind-tables -fno-threadsafe-statics -fno-strict-aliasing \
	-ffunction-sections -fcf-protection=none -Wno-dangling-pointer -Werror
KERNEL_NASMFLAGS := -f elf64 -g -F dwarf -I./ -Wno-reloc-abs-dword -Werror

KERNEL_SOURCES := $(sort $(shell find kernel net boot -name '*.cpp' -o -name '*.asm'))
KERNEL_OBJECTS := $(KERNEL_SOURCES:%=$(BUILD)/%.o)

$(BUILD)/kernel/%.cpp.o: kernel/%.cpp kernel/kernel.mk
	@mkdir -p $(@D)
	$(call quiet,CXX,$<)$(KERNEL_CXX) $(KERNEL_CXXFLAGS) -c $< -o $@
$(BUILD)/net/%.cpp.o: net/%.cpp kernel/kernel.mk
	@mkdir -p $(@D)
	$(call quiet,CXX,$<)$(KERNEL_CXX) $(KERNEL_CXXFLAGS) -c $< -o $@
# The labels inside NASM's macros (..@N.name) are stripped: gdb would take them for functions.
# start.asm has code at both ends of the address space, which NASM describes as one range: gdb is better off without.
$(BUILD)/boot/%.asm.o: boot/%.asm kernel/kernel.mk
	@mkdir -p $(@D)
	$(call quiet,NASM,$<)nasm $(filter-out -g -F dwarf,$(KERNEL_NASMFLAGS)) -MD $(@:.o=.d) -MP -o $@ $< && \
		objcopy --wildcard --strip-symbol='..@*' $@
$(BUILD)/kernel/%.asm.o: kernel/%.asm kernel/kernel.mk
	@mkdir -p $(@D)
	$(call quiet,NASM,$<)nasm $(KERNEL_NASMFLAGS) -MD $(@:.o=.d) -MP -o $@ $< && \
		objcopy --wildcard --strip-symbol='..@*' $@

-include $(KERNEL_OBJECTS:.o=.d)
