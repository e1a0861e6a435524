# TCP's host test: the whole of net/ over a simulated wire, with peers that are played by hand.

TCP_TEST_SOURCES := $(HOST_TRACE) tests/host/tcp_peer.cpp tests/host/host_net.cpp tests/host/host_panic.cpp \
	$(wildcard tests/host/tcp_*_test.cpp net/*.cpp net/*/*.cpp) \
	$(addprefix kernel/base/,format.cpp checksum.cpp timer.cpp iov.cpp text_buffer.cpp)
TCP_TEST_OBJECTS := $(TCP_TEST_SOURCES:%=$(BUILD)/host/%.o)

$(BUILD)/tests/host/tcp_test: $(TCP_TEST_OBJECTS)
	@mkdir -p $(@D)
	$(call quiet,LD,$@)g++ $(HOST_TEST_FLAGS) $^ -lgtest -lgtest_main -o $@
-include $(TCP_TEST_OBJECTS:.o=.d)
HOST_TESTS += $(BUILD)/tests/host/tcp_test
