# libc's tests as programs for the guest: tests/system/test_libc.py runs each on the host's Linux and in Plumb.
#
#   $(BUILD)/tests/libc/guest/NAME-64, NAME-32

LIBC_GUEST_TESTS := string malloc basics sockets interfaces threads locks oracle_printf oracle_scanf oracle_wide oracle_numbers \
	oracle_time oracle_errors \
	pthread_stress pthread_pool pthread_cancel
LIBC_GUEST := $(BUILD)/tests/libc/guest
LIBC_GUEST_FLAGS := -I. -O2 -w -D_GNU_SOURCE -fno-builtin -s
LIBC_GUEST_PROGRAMS := $(foreach bits,64 32,$(LIBC_GUEST_TESTS:%=$(LIBC_GUEST)/%-$(bits)))

# $(1) folder of the sources, $(2) bits, $(3) architecture
define libc_guest_rule
$(LIBC_GUEST)/%-$(2): $(1)/%.c $(wildcard tests/libc/*.h tests/guest/*.h) $(PLUMB_LIBC_$(3))
	@mkdir -p $$(@D)
	$(PLUMB_CC_$(3)) $(LIBC_GUEST_FLAGS) -o $$@ $$<
endef
$(foreach folder,tests/libc tests/guest,$(eval $(call libc_guest_rule,$(folder),64,x86_64))\
	$(eval $(call libc_guest_rule,$(folder),32,i386)))

# Not for the host: it is a nameserver (tests/system/test_names.py).
LIBC_DNS := $(BUILD)/tests/libc/dns-64 $(BUILD)/tests/libc/dns-32
$(BUILD)/tests/libc/dns-%: $(LIBC_GUEST)/dns-%
	@mv $< $@

.PHONY: libc-guest-programs
libc-guest-programs: $(LIBC_GUEST_PROGRAMS) $(LIBC_DNS)
