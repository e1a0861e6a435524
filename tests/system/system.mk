# The tests of the whole: guests in QEMU with real peers on the host. One of them: make test-system ONLY=word

# Debian's busybox for i386, unmodified, from wherever /etc/apt gets its packages: with lists and a cache of its own, so that the
# system's architectures stay as they are. Does nothing when it is there; where it can't be fetched the test goes on without it.
BUSYBOX_I386 := $(BUILD)/stock/busybox-i386
APT_I386 := $(abspath $(BUILD))/stock/apt
define APT_I386_CONFIG
APT::Architecture "i386"; APT::Architectures { "i386"; }; APT::Sandbox::User ""; Acquire::Languages "none";
Dir::State "$(APT_I386)"; Dir::State::status "$(APT_I386)/status"; Dir::Cache "$(APT_I386)";
endef
export APT_I386_CONFIG
.PHONY: busybox-i386
busybox-i386:
	@[ -e $(BUSYBOX_I386) ] || { echo "Fetching busybox-static:i386 into $(BUILD)/stock (nothing is installed)"; \
	mkdir -p $(APT_I386)/lists/partial $(APT_I386)/archives/partial && touch $(APT_I386)/status && cd $(APT_I386) && \
	echo "$$APT_I386_CONFIG" >apt.conf && export APT_CONFIG=$(APT_I386)/apt.conf && { timeout 90 apt-get -qq update; \
	timeout 60 apt-get -qq download busybox-static && dpkg-deb -x busybox-static_*_i386.deb unpacked && \
	cp unpacked/bin/busybox $(abspath $(BUSYBOX_I386)); } >log 2>&1 || echo "could not fetch busybox-static:i386: see $(APT_I386)/log"; }

.PHONY: test-system
test-system: $(BUILD)/plumb.elf $(BUILD)/initrd.cpio $(BUILD)/plumb.iso guest-programs libc-guest-programs busybox-i386 ## the whole in QEMU, with real peers
	@/usr/bin/python3 tests/system/run.py -j $(JOBS) $(ONLY)
