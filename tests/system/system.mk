# The tests of the whole: guests in QEMU with real peers on the host. One of them: make test-system ONLY=word

.PHONY: test-system
test-system: $(BUILD)/plumb.elf $(BUILD)/initrd.cpio $(BUILD)/plumb.iso guest-programs libc-guest-programs ## the whole in QEMU, with real peers
	@/usr/bin/python3 tests/system/run.py $(ONLY)
