# The image that boots through GRUB, in QEMU (-cdrom) and on real machines.

ISO_TREE := $(BUILD)/iso

$(BUILD)/plumb.iso: $(BUILD)/plumb.elf $(BUILD)/initrd.cpio iso/grub.cfg iso/iso.mk
	@mkdir -p $(ISO_TREE)/boot/grub
	@cp iso/grub.cfg $(ISO_TREE)/boot/grub/grub.cfg
	@cp $(BUILD)/plumb.elf $(ISO_TREE)/boot/plumb.elf
	@cp $(BUILD)/initrd.cpio $(ISO_TREE)/boot/initrd.cpio
	$(call quiet,ISO,$@)grub-mkrescue -o $@ $(ISO_TREE) 2>$(BUILD)/iso.log || { cat $(BUILD)/iso.log; exit 1; }
