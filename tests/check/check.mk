# `make check`: every include points down the floors; boot/path.txt names functions that there are; clang-format over every C and C++ file, clang-tidy over the kernel's and net's sources (one stamp a file, so
# that only what has changed is read again).

CHECK_FORMAT_FILES := $(shell find kernel net libc user tests docs -name '*.cpp' -o -name '*.c' -o -name '*.h')
CHECK_TIDY_STAMPS := $(patsubst %,$(BUILD)/check/%.tidy,$(filter %.cpp,$(shell find kernel net -name '*.cpp')))

.PHONY: check-format check-tidy check-floors check-path
check-floors:
	@python3 tests/check/floors.py
check-path:
	@python3 tools/path_order.py --check
check-format:
	@clang-format --dry-run --Werror $(CHECK_FORMAT_FILES) && echo "clang-format: $(words $(CHECK_FORMAT_FILES)) files are in style"

check-tidy: $(CHECK_TIDY_STAMPS)
	@echo "clang-tidy: $(words $(CHECK_TIDY_STAMPS)) files are clean"

$(BUILD)/check/%.tidy: % .clang-tidy
	@mkdir -p $(@D)
	@clang-tidy --quiet $< -- -std=c++2b -ffreestanding -mno-red-zone -mcmodel=kernel -fno-exceptions -fno-rtti -I. \
		-Wno-everything 2>/dev/null >$@.log || { cat $@.log; exit 1; }
	@touch $@
