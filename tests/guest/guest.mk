# Guest tests: ordinary programs, each built three ways by the stock compilers (64-bit and 32-bit static glibc, musl).
# tests/system/test_guest_programs.py runs them on the host's Linux and in Plumb. NAME.flags, when it is there, holds
# more options for the compiler.

GUEST_TESTS := $(basename $(notdir $(wildcard tests/guest/*.c)))
GUEST_TEST_FLAGS := -std=gnu11 -O1 -g0 -static -Wall -Wextra -pthread
GUEST_PROGRAMS := $(foreach name,$(GUEST_TESTS),$(foreach kind,64 32 musl,$(BUILD)/tests/guest/$(name)-$(kind)))

$(BUILD)/tests/guest/%-64: tests/guest/%.c $(wildcard tests/guest/*.h)
	@mkdir -p $(@D)
	gcc -m64 $(GUEST_TEST_FLAGS) $$(cat tests/guest/$*.flags 2>/dev/null) -o $@ $<
$(BUILD)/tests/guest/%-32: tests/guest/%.c $(wildcard tests/guest/*.h)
	@mkdir -p $(@D)
	gcc -m32 $(GUEST_TEST_FLAGS) $$(cat tests/guest/$*.flags 2>/dev/null) -o $@ $<
$(BUILD)/tests/guest/%-musl: tests/guest/%.c $(wildcard tests/guest/*.h)
	@mkdir -p $(@D)
	musl-gcc $(GUEST_TEST_FLAGS) $$(cat tests/guest/$*.flags 2>/dev/null) -o $@ $<

.PHONY: guest-programs
guest-programs: $(GUEST_PROGRAMS)
