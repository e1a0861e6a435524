# The e1000's host test: the driver itself, a model of its device, and the test as the stack above.

E1000_TEST_SOURCES := tests/host/e1000_test.cpp tests/host/e1000_model.cpp \
	$(filter-out %/pci_probe.cpp,$(wildcard kernel/drivers/e1000/*.cpp)) \
	net/skbuff.cpp kernel/base/checksum.cpp kernel/base/timer.cpp
E1000_TEST_OBJECTS := $(E1000_TEST_SOURCES:%=$(BUILD)/e1000_test.d/%.o)
E1000_TEST_FLAGS := -std=c++23 -g -O1 -Wall -Wextra -I. -MMD -MP -fsanitize=address,undefined \
	-fno-sanitize-recover=undefined $(if $(CI),-Werror)

$(BUILD)/e1000_test.d/%.cpp.o: %.cpp tests/host/e1000.mk
	@mkdir -p $(@D)
	g++ $(E1000_TEST_FLAGS) -c $< -o $@
$(BUILD)/tests/host/e1000_test: $(E1000_TEST_OBJECTS)
	@mkdir -p $(@D)
	g++ $(E1000_TEST_FLAGS) $^ -lgtest -lgtest_main -o $@
-include $(E1000_TEST_OBJECTS:.o=.d)
HOST_TESTS += $(BUILD)/tests/host/e1000_test
