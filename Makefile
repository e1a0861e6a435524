# Plumb's one Makefile: every command a person needs. `make help` lists them.
# Each folder that builds something adds its rules in a fragment of its own (kernel/kernel.mk, libc/libc.mk, …).

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
BUILD := build
SHELL := /bin/bash

# --- what a person may set: make run MEM=64 PCAP=trace.pcap ---
MEM ?= 128
SMP ?= 1
ACCEL ?= tcg
NET ?= user
FWD ?=
PCAP ?=
PROG ?=
APPEND ?=
ARGS ?=

# One short line for each file that is made; V=1 shows the whole commands. Begins a recipe's line:
#   $(call quiet,CXX,$<)$(CXX) -c $< -o $@
V ?=
quiet = $(if $(filter-out 0,$(V)),,@printf '  %-8s%s\n' '$(1)' '$(2)'; )

include $(sort $(wildcard */*.mk tests/*/*.mk))

# --- what must be installed ---
# Names of Debian packages. Nothing is done when all are there.
RUN_PACKAGES := g++ gcc-multilib nasm python3 qemu-system-x86
ISO_PACKAGES := grub-common grub-pc-bin xorriso mtools
TEST_PACKAGES := $(RUN_PACKAGES) $(ISO_PACKAGES) g++-multilib libc6-dev-i386 musl-tools libgtest-dev \
	clang-format clang-tidy gdb curl netcat-openbsd tcpdump busybox-static rdate chromium tshark iproute2
FUZZ_PACKAGES := g++ libgtest-dev clang libclang-rt-14-dev llvm
# "install,PACKAGES": says what it does, uses sudo when not root.
define install
@missing=""; for package in $(1); do \
	dpkg-query -W -f='$${Status}' $$package 2>/dev/null | grep -q 'ok installed' || missing="$$missing $$package"; \
done; \
if [ -n "$$missing" ]; then \
	sudo=""; [ $$(id -u) = 0 ] || sudo=sudo; \
	echo "Installing what is missing:$$missing"; \
	$$sudo apt-get update -qq && \
	$$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >/dev/null \
	|| { echo "make: could not install:$$missing" >&2; exit 1; }; \
fi
endef
.PHONY: packages-run packages-iso packages-test packages-fuzz
packages-run:
	$(call install,$(RUN_PACKAGES))
packages-iso:
	$(call install,$(RUN_PACKAGES) $(ISO_PACKAGES))
packages-test:
	$(call install,$(TEST_PACKAGES))
packages-fuzz:
	$(call install,$(FUZZ_PACKAGES))

# Packages first, then the build in a make of its own, on all processors.
JOBS := $(shell nproc)
SUBMAKE = $(MAKE) --no-print-directory -s $(if $(filter -j% --jobserver%,$(MAKEFLAGS)),,-j$(JOBS))

# --- the guest ---
QEMU_NET_user = -netdev user,id=net0$(foreach f,$(FWD),,hostfwd=tcp:127.0.0.1:$(word 1,$(subst :, ,$f))-:$(word 2,$(subst :, ,$f))) -device e1000,netdev=net0,romfile=
QEMU_NET_tap = -netdev tap,id=net0,ifname=$(or $(TAP),tap0),script=no,downscript=no -device e1000,netdev=net0,romfile=
QEMU_NET_none = -nic none
IP_user = ip=10.0.2.15::10.0.2.2:255.255.255.0:plumb:eth0:off
QEMU = qemu-system-x86_64 -accel $(ACCEL) -cpu $(if $(filter kvm,$(ACCEL)),host,max) -m $(MEM) -smp $(SMP) -display none -vga none -serial mon:stdio -no-reboot \
	$(QEMU_NET_$(NET)) $(if $(PCAP),-object filter-dump$(,)id=dump0$(,)netdev=net0$(,)file=$(PCAP)) \
	-kernel $(BUILD)/plumb.elf -initrd $(RUN_INITRD)
, := ,
RUN_INITRD = $(if $(PROG),$(BUILD)/prog.cpio,$(BUILD)/initrd.cpio)

.PHONY: run
run: packages-run ## boot to a shell in the terminal, network up (leave with `poweroff`, or Ctrl-A X)
	+@$(SUBMAKE) $(BUILD)/plumb.elf $(BUILD)/initrd.cpio $(if $(PROG),prog-initrd)
	$(QEMU) -append "$(IP_$(NET)) $(APPEND)$(if $(ARGS), -- $(ARGS))"

.PHONY: iso
iso: packages-iso ## build/plumb.iso: boots through GRUB, also on real machines
	+@$(SUBMAKE) $(BUILD)/plumb.iso

.PHONY: all
all: packages-run ## the kernel and all programs, without running them
	+@$(SUBMAKE) $(BUILD)/plumb.elf $(BUILD)/initrd.cpio

# --- tests ---
.PHONY: check
check: packages-test ## the house style: floors, clang-format, clang-tidy
	+@$(SUBMAKE) -k check-floors check-path check-format check-tidy && echo "4 passed, 0 failed"

.PHONY: test
test: packages-test ## everything; the last line is `N passed, N failed`
	@python3 tests/run.py

.PHONY: clean
clean: ## remove build/
	rm -rf $(BUILD)

.PHONY: help
help: ## this list
	@echo "Plumb: a small teaching kernel with real networking"
	@echo
	@grep -hE '^[a-z][a-z0-9-]*:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort | expand -t 16
	@echo
	@echo "Variables:"
	@echo "  MEM=128         memory of the guest, MiB"
	@echo "  SMP=1           processors that QEMU shows (the kernel runs on the first)"
	@echo "  ACCEL=tcg|kvm   how QEMU runs the guest"
	@echo "  NET=user|tap|none   what the e1000 is plugged into (TAP=tap0 names the interface)"
	@echo "  FWD=8080:80     host ports (on 127.0.0.1) that lead into the guest; several, separated by blanks"
	@echo "  PCAP=file       write every frame to a file for Wireshark"
	@echo "  PROG=file       a C or C++ source file: built with our libc and put into the guest's /bin, for both architectures"
	@echo "  DOOR=syscall|int80|compare   by which door \`make journey\` follows its programs"
	@echo "  APPEND='…'      more words for the kernel's command line;  ARGS='…' arguments for init"
