# `make debug`: the guest stopped at its first instruction, gdb attached in the terminal, symbols of the kernel, libc and
# the program loaded. docs/debugging.md shows a session.

# The documents' pair, and their door: replyhi and hello by `int 0x80`.
DEBUG_PROG = $(or $(PROG),replyhi hello)
ARCH ?= i386
STATIONS ?= sys_* compat_sys_*
GDBFLAGS ?=
DEBUG := $(BUILD)/debug

DEBUG_SOURCES = $(filter %.c,$(DEBUG_PROG))
DEBUG_QEMU = $(subst -serial mon:stdio,-serial stdio -monitor none,$(subst $(RUN_INITRD),$(DEBUG_INITRD),$(QEMU)))
DEBUG_INITRD = $(if $(DEBUG_SOURCES),$(DEBUG)/initrd.cpio,$(BUILD)/initrd.cpio)

.PHONY: debug
debug: packages-debug ## gdb on a guest that has just been started: make debug PROG=hello ARCH=x86_64
	+@$(SUBMAKE) $(BUILD)/plumb.elf $(BUILD)/initrd.cpio $(if $(DEBUG_SOURCES),debug-sources)
	@python3 tools/gdb/debug.py --programs="$(DEBUG_PROG)" --arch=$(ARCH) --arguments='$(subst ','\'',$(ARGS))' --append="$(IP_$(NET)) $(APPEND)" \
	  --stations="$(STATIONS)" --gdbflags='$(GDBFLAGS)' -- $(DEBUG_QEMU)

.PHONY: packages-debug
packages-debug:
	$(call install,$(RUN_PACKAGES) gdb)

# PROG=file.c: made for both architectures, unoptimised enough to be stepped through.
.PHONY: debug-sources
debug-sources: libc $(BUILD)/user/initrd.list
	@mkdir -p $(DEBUG)/x86_64 $(DEBUG)/i386
	@$(foreach source,$(DEBUG_SOURCES),$(foreach arch,x86_64 i386,\
	  $(PLUMB_CC_$(arch)) -Og -g -Wall -o $(DEBUG)/$(arch)/$(basename $(notdir $(source))) $(source) &&)) true
	@tools/mkinitrd.py -o $(DEBUG)/initrd.cpio --list $(BUILD)/user/initrd.list $(foreach name,$(basename $(notdir $(DEBUG_SOURCES))),\
	  --add $(DEBUG)/x86_64/$(name)=/bin/$(name):755 --add $(DEBUG)/i386/$(name)=/bin/$(name)32:755)
