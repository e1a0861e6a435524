# Plumb's C library, for both architectures, and the commands that compile a program with it.
#
#   $(BUILD)/libc/<arch>/crt1.o, libc.a       arch: x86_64, i386
#   $(PLUMB_LIBC_x86_64), $(PLUMB_LIBC_i386)  what a program's rule depends on
#   $(PLUMB_CC_x86_64), $(PLUMB_CC_i386)      compile and link: $(PLUMB_CC_i386) -o program source.c
#   $(PLUMB_CXX_x86_64), $(PLUMB_CXX_i386)    the same for .cpp (no exceptions, no run-time types; the C driver,
#                                             since the C++ one links libstdc++)
#
# The socket calls come in three layers; the first that has a call wins: sysdeps/<arch>, sysdeps/linux,
# socket (generic stubs). LIBC_SOCKET_DIRECT=1 gives i386 the direct calls instead of socketcall.

LIBC := $(BUILD)/libc
LIBC_ARCHES := x86_64 i386
LIBC_SOCKET_DIRECT ?= 0
LIBC_BITS_x86_64 := 64
LIBC_BITS_i386 := 32
GCC_INCLUDE := $(shell $(CC) -print-file-name=include)

PLUMB_INCLUDES := -nostdinc -isystem libc/include -isystem kernel -isystem $(GCC_INCLUDE)
PLUMB_CFLAGS := $(PLUMB_INCLUDES) -fno-pic -fno-pie -fcf-protection=none \
	-fno-asynchronous-unwind-tables -ffunction-sections -fdata-sections -fno-stack-protector
PLUMB_CXXFLAGS := $(PLUMB_CFLAGS) -nostdinc++ -fno-exceptions -fno-rtti -fno-threadsafe-statics

# A program is small if the library is; fast is what programs spend their time in.
LIBC_FAST := $(filter-out libc/string/strerror%,$(wildcard libc/string/*.c)) libc/malloc/% libc/thread/% libc/sysdeps/% \
	libc/stdio/core.c libc/stdio/get.c libc/stdio/put.c libc/stdio/lock.c libc/stdlib/sort.c libc/start/lock.c \
	libc/unistd/io.c libc/ctype/%
# Room that buys nothing: alignment beyond the ABI's under an emulator; tables of addresses to jump by, which are
# larger than the comparisons that they save.
LIBC_OPTIMIZE = $(if $(filter $(LIBC_FAST),$<),-O2 -fno-align-functions -fno-align-jumps -fno-align-loops, \
	-Os -fno-jump-tables) -malign-data=abi
# No vectors: under an emulator SSE moves are slower than plain ones. No patterns: memcpy must not call itself.
LIBC_CFLAGS = -std=gnu17 $(LIBC_OPTIMIZE) -g -Wall -Wextra -ffreestanding -fno-tree-loop-distribute-patterns -fno-tree-vectorize \
	-fomit-frame-pointer $(PLUMB_CFLAGS) -Ilibc/internal
LIBC_CFLAGS_x86_64 := -m64 -Ilibc/sysdeps/x86_64 -D__ASSUME_SOCKET_SYSCALL
LIBC_CFLAGS_i386 := -m32 -Ilibc/sysdeps/i386 $(if $(filter 1,$(LIBC_SOCKET_DIRECT)),-D__ASSUME_SOCKET_SYSCALL)
LIBC_ASFLAGS := -Ilibc/internal/

LIBC_CALLS := $(patsubst libc/socket/%.c,%,$(wildcard libc/socket/*.c))
LIBC_COMMON := $(filter-out libc/socket/%,$(wildcard libc/*/*.c libc/cxx/*.cpp))
# $(call libc_socket_source,arch,call): the layer that has it
libc_socket_source = $(firstword $(wildcard $(if $(filter i3861,$(1)$(LIBC_SOCKET_DIRECT)),,libc/sysdeps/$(1)/$(2).asm) \
	libc/sysdeps/linux/$(2).c libc/socket/$(2).c))
libc_sources = $(LIBC_COMMON) $(foreach call,$(LIBC_CALLS),$(call libc_socket_source,$(1),$(call))) \
	$(filter-out libc/sysdeps/$(1)/crt1.asm $(LIBC_CALLS:%=libc/sysdeps/$(1)/%.asm), \
	  $(wildcard libc/sysdeps/$(1)/*.c libc/sysdeps/$(1)/*.asm))
libc_objects = $(patsubst libc/%,$(LIBC)/$(1)/obj/%.o,$(call libc_sources,$(1)))

define libc_rules
PLUMB_LIBC_$(1) := $(LIBC)/$(1)/crt1.o $(LIBC)/$(1)/libc.a $(LIBC)/$(1)/plumb.specs
PLUMB_FLAGS_$(1) := -m$(LIBC_BITS_$(1)) -specs=$(LIBC)/$(1)/plumb.specs -static -no-pie \
	-Wl,--gc-sections,--build-id=none,-z,noexecstack,-z,norelro,-z,noseparate-code,-z,max-page-size=4096,-z,common-page-size=64
PLUMB_CC_$(1) := $(CC) -std=gnu17 $(PLUMB_CFLAGS) $$(PLUMB_FLAGS_$(1))
PLUMB_CXX_$(1) := $(CC) -std=gnu++23 $(PLUMB_CXXFLAGS) $$(PLUMB_FLAGS_$(1))

$(LIBC)/$(1)/obj/%.c.o: libc/%.c libc/libc.mk
	@mkdir -p $$(@D)
	$$(call quiet,CC,$$<)$(CC) $$(LIBC_CFLAGS) $$(LIBC_CFLAGS_$(1)) -MMD -MP -c $$< -o $$@
$(LIBC)/$(1)/obj/%.cpp.o: libc/%.cpp libc/libc.mk
	@mkdir -p $$(@D)
	$$(call quiet,CXX,$$<)$(CXX) -m$(LIBC_BITS_$(1)) -std=gnu++23 -O2 -g -Wall -Wextra $(PLUMB_CXXFLAGS) -Ilibc/internal -MMD -MP -c $$< -o $$@
$(LIBC)/$(1)/obj/%.asm.o: libc/%.asm $$(wildcard libc/internal/*.inc libc/sysdeps/$(1)/*.inc)
	@mkdir -p $$(@D)
	$$(call quiet,NASM,$$<)nasm -f elf$(LIBC_BITS_$(1)) $$(LIBC_ASFLAGS) -Ilibc/sysdeps/$(1)/ -o $$@ $$< && \
		objcopy --wildcard --strip-symbol='..@*' $$@
$(LIBC)/$(1)/crt1.o: $(LIBC)/$(1)/obj/sysdeps/$(1)/crt1.asm.o
	@cp $$< $$@
$(LIBC)/$(1)/libc.a: $$(call libc_objects,$(1))
	@rm -f $$@
	$$(call quiet,AR,$$@)ar rcs $$@ $$^
# The generic stubs alone, for the test that sees their warning.
$(LIBC)/$(1)/libstub.a: $$(LIBC_CALLS:%=$(LIBC)/$(1)/obj/socket/%.c.o)
	@rm -f $$@
	@ar rcs $$@ $$^
# What gcc links with instead of its own start files and libraries.
$(LIBC)/$(1)/plumb.specs: libc/libc.mk
	@mkdir -p $$(@D)
	@printf '*startfile:\n$(LIBC)/$(1)/crt1.o\n\n*endfile:\n%%{no-end-file:}\n\n*lib:\n$(LIBC)/$(1)/libc.a\n\n*libgcc:\n%s\n\n' \
	  "$$$$($(CC) -m$(LIBC_BITS_$(1)) -print-libgcc-file-name)" > $$@
-include $$(wildcard $(LIBC)/$(1)/obj/*/*.d $(LIBC)/$(1)/obj/*/*/*.d)
endef
$(foreach arch,$(LIBC_ARCHES),$(eval $(call libc_rules,$(arch))))

.PHONY: libc $(LIBC_ARCHES:%=libc-%)
libc-x86_64: $(PLUMB_LIBC_x86_64)
libc-i386: $(PLUMB_LIBC_i386)
libc: $(LIBC_ARCHES:%=libc-%) ## build the C library, both architectures

.PHONY: test-libc
test-libc: libc $(LIBC_ARCHES:%=$(LIBC)/%/libstub.a) ## libc's tests on the host's Linux, both architectures
	@$(MAKE) -s --no-print-directory BUILD=$(BUILD)/direct LIBC_SOCKET_DIRECT=1 libc-i386 >/dev/null
	@PLUMB_CC_x86_64='$(PLUMB_CC_x86_64)' PLUMB_CC_i386='$(PLUMB_CC_i386)' \
	  PLUMB_CXX_x86_64='$(PLUMB_CXX_x86_64)' PLUMB_CXX_i386='$(PLUMB_CXX_i386)' python3 tests/libc/run.py $(BUILD)
