# Links the kernel. Twice: the first time to learn where the functions lie, the second time with the
# table of their names, which the panic's backtrace reads (kernel/arch/symbols.h). The table comes
# behind the code, so the addresses in it stay true.

KERNEL_LD := ld -m elf_x86_64 -n -static -nostdlib -z max-page-size=4096 -z noexecstack \
	--gc-sections --no-warn-rwx-segments -L $(BUILD)/boot -T boot/plumb.ld

.SECONDEXPANSION:
$(BUILD)/plumb.first: $$(KERNEL_OBJECTS) $(BUILD)/kernel/no_symbols.o boot/plumb.ld $(BUILD)/boot/path.ld boot/boot.mk
	$(call quiet,LD,$@)$(KERNEL_LD) -o $@ $(KERNEL_OBJECTS) $(BUILD)/kernel/no_symbols.o
# The functions that lie side by side (tools/path_order.py).
$(BUILD)/boot/path.ld: boot/path.txt boot/path.awk
	@mkdir -p $(@D)
	$(call quiet,AWK,$<)awk -f boot/path.awk $< > $@
$(BUILD)/kernel/no_symbols.asm:
	@mkdir -p $(@D)
	@: | awk -f kernel/arch/symbols.awk > $@
$(BUILD)/kernel/symbols.asm: $(BUILD)/plumb.first kernel/arch/symbols.awk
	$(call quiet,NM,$@)nm -n --demangle --defined-only $< | awk -f kernel/arch/symbols.awk > $@
$(BUILD)/kernel/%symbols.o: $(BUILD)/kernel/%symbols.asm
	$(call quiet,NASM,$<)nasm -f elf64 -o $@ $<
$(BUILD)/kernel/symbols.o: $(BUILD)/kernel/symbols.asm
	$(call quiet,NASM,$<)nasm -f elf64 -o $@ $<

$(BUILD)/plumb.elf64: $(BUILD)/plumb.first $(BUILD)/kernel/symbols.o
	$(call quiet,LD,$@)$(KERNEL_LD) -o $@ $(KERNEL_OBJECTS) $(BUILD)/kernel/symbols.o
# QEMU's loader takes 32-bit files only. Boot code and load addresses are below 4 GiB.
$(BUILD)/plumb.elf: $(BUILD)/plumb.elf64
	$(call quiet,OBJCOPY,$@)objcopy -S -O elf32-i386 $< $@

.PHONY: kernel
kernel: $(BUILD)/plumb.elf ## the kernel alone
