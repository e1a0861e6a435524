# Guest tests: ordinary programs, each built three ways by the stock compilers (64-bit and 32-bit static glibc, musl).
# tests/system/test_guest_programs.py runs them on the host's Linux and in Plumb. NAME.flags, when it is there, holds
# more options for the compiler.

GUEST_TESTS := $(basename $(notdir $(wildcard tests/guest/*.c)))
GUEST_TEST_FLAGS := -I. -std=gnu11 -O1 -g0 -static -Wall -Wextra -pthread -Wno-stringop-overflow \
	-Wno-stringop-overread
# The kernel's headers, which musl-gcc leaves out.
GUEST_MUSL_FLAGS := -idirafter /usr/include -idirafter /usr/include/x86_64-linux-gnu
# musl does some things before the kernel sees them, so that these tests don't hold with it on Linux either: its sendmsg reads the
# message itself, epoll_create doesn't pass its size on, dup3 and fchmod have ways of their own, select doesn't write back the time left, and
# there is no renameat2.
GUEST_TESTS_WITHOUT_MUSL := socket_message socket_mmsg socket_matrix dirs epoll fcntl files poll unix_rights unix_stream
GUEST_PROGRAMS := $(foreach kind,64 32,$(GUEST_TESTS:%=$(BUILD)/tests/guest/%-$(kind))) \
	$(patsubst %,$(BUILD)/tests/guest/%-musl,$(filter-out $(GUEST_TESTS_WITHOUT_MUSL),$(GUEST_TESTS)))

$(BUILD)/tests/guest/%-64: tests/guest/%.c $(wildcard tests/guest/*.h)
	@mkdir -p $(@D)
	$(call quiet,CC,$@)gcc -m64 $(GUEST_TEST_FLAGS) $$(cat tests/guest/$*.flags 2>/dev/null) -o $@ $<
$(BUILD)/tests/guest/%-32: tests/guest/%.c $(wildcard tests/guest/*.h)
	@mkdir -p $(@D)
	$(call quiet,CC,$@)gcc -m32 $(GUEST_TEST_FLAGS) $$(cat tests/guest/$*.flags 2>/dev/null) -o $@ $<
$(BUILD)/tests/guest/%-musl: tests/guest/%.c $(wildcard tests/guest/*.h)
	@mkdir -p $(@D)
	$(call quiet,CC,$@)musl-gcc $(GUEST_TEST_FLAGS) $(GUEST_MUSL_FLAGS) $$(cat tests/guest/$*.flags 2>/dev/null) -o $@ $<

.PHONY: guest-programs
guest-programs: $(GUEST_PROGRAMS)
