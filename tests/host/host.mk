# Host tests: a NAME_test.cpp each, with the sources it tests, under GoogleTest and the sanitizers.
# Add one with
#   $(eval $(call host_test,NAME,SOURCES))

HOST_TEST_FLAGS := -std=c++23 -g -O1 -Wall -Wextra -Wno-invalid-offsetof -I. -MMD -MP \
	-fsanitize=address,undefined -fno-sanitize-recover=undefined -Werror

$(BUILD)/host/%.cpp.o: %.cpp tests/host/host.mk
	@mkdir -p $(@D)
	$(call quiet,CXX,$<)g++ $(HOST_TEST_FLAGS) -c $< -o $@

# The stations' side of the trace, which every source with a station needs.
HOST_TRACE := tests/host/host_trace.cpp kernel/base/trace.cpp kernel/base/trace_ring.cpp
# What the kernel's sources ask of the machine, on the host.
HOST_SERVICES := tests/host/host_services.cpp tests/host/host_panic.cpp

define host_test
HOST_TEST_OBJECTS_$(1) := $$(patsubst %,$$(BUILD)/host/%.o,tests/host/$(1)_test.cpp $(2))
$$(BUILD)/tests/host/$(1)_test: $$(HOST_TEST_OBJECTS_$(1))
	@mkdir -p $$(@D)
	$$(call quiet,LD,$$@)g++ $$(HOST_TEST_FLAGS) $$^ -lgtest -lgtest_main -o $$@
-include $$(HOST_TEST_OBJECTS_$(1):.o=.d)
HOST_TESTS += $$(BUILD)/tests/host/$(1)_test
endef

$(eval $(call host_test,frames,kernel/mem/frames.cpp kernel/mem/heap.cpp tests/host/host_panic.cpp))
$(eval $(call host_test,heap,kernel/mem/frames.cpp kernel/mem/heap.cpp tests/host/host_panic.cpp))
$(eval $(call host_test,timer,kernel/base/timer.cpp))
$(eval $(call host_test,format,kernel/base/format.cpp))
$(eval $(call host_test,cmdline,kernel/cmdline.cpp))
$(eval $(call host_test,ansi,))
$(eval $(call host_test,e1000,$(HOST_TRACE) net/trace_buffer.cpp tests/host/e1000_model.cpp net/skbuff.cpp kernel/base/checksum.cpp kernel/base/timer.cpp \
	$(filter-out %/pci_probe.cpp,$(wildcard kernel/drivers/e1000/*.cpp))))

# The whole of net/ under a simulated clock and wire (tests/host/host_net.h).
NET_HOST_SOURCES := $(HOST_TRACE) tests/host/host_net.cpp tests/host/unix_files.cpp tests/host/host_panic.cpp $(shell find net -name '*.cpp') \
	$(addprefix kernel/base/,checksum.cpp format.cpp iov.cpp text_buffer.cpp timer.cpp)
$(foreach test,checksum skbuff gso udp arp route ip_input fragment icmp igmp socket_options netconfig netfilter rules policy net_fuzz inet6 unix packet netlink trace,\
	$(eval $(call host_test,$(test),$(NET_HOST_SOURCES))))

# The same stack under a fuzzer, and what it found, replayed.
include tests/fuzz/fuzz.inc

.PHONY: test-host
test-host: ## the tests that run on this machine, under GoogleTest
	@$(MAKE) --no-print-directory host-tests
.PHONY: host-tests
.SECONDEXPANSION:
host-tests: $$(HOST_TESTS)
	@passed=0; failed=0; for test in $(HOST_TESTS); do \
		if $$test --gtest_brief=1; then passed=$$((passed + 1)); \
		else failed=$$((failed + 1)); echo "FAILED: $$test"; fi; \
	done; echo "$$passed passed, $$failed failed"; [ $$failed = 0 ]
