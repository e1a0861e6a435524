# The host test of kernel/fs: the file systems, paths, descriptors, pipes, epoll and the line discipline.

FS_TEST_SOURCES := $(wildcard tests/host/fs_*.cpp) $(wildcard kernel/fs/*.cpp) \
	kernel/base/iov.cpp kernel/base/checksum.cpp kernel/base/timer.cpp kernel/base/text_buffer.cpp
FS_TEST_OBJECTS := $(FS_TEST_SOURCES:%=$(BUILD)/fs_test.d/%.o)
FS_TEST_FLAGS := -std=c++23 -g -O1 -Wall -Wextra -I. -MMD -MP -fsanitize=address,undefined \
	-fno-sanitize-recover=undefined -fno-sanitize=null -fno-omit-frame-pointer -Werror

$(BUILD)/fs_test.d/%.cpp.o: %.cpp tests/host/fs.mk
	@mkdir -p $(@D)
	$(call quiet,CXX,$<)g++ $(FS_TEST_FLAGS) -c $< -o $@
$(BUILD)/tests/host/fs_test: $(FS_TEST_OBJECTS)
	@mkdir -p $(@D)
	$(call quiet,LD,$@)g++ $(FS_TEST_FLAGS) $^ -lgtest -lgtest_main -o $@
-include $(FS_TEST_OBJECTS:.o=.d)
HOST_TESTS += $(BUILD)/tests/host/fs_test
