# The bundled programs: user/NAME.c or user/NAME/*.c, with what they share in user/lib, for both
# architectures, and the archive that the kernel starts from.
#
#   $(BUILD)/user/<arch>/NAME         the program, stripped;  …/<arch>/debug/NAME  with its symbols
#   $(BUILD)/initrd.cpio              all of them: /bin/NAME is x86-64, /bin/NAME32 is i386
#   $(BUILD)/prog.cpio                the same and PROG=file.c, as /bin/<its name>; INITRD_ADD='HOST=GUEST …' adds more

USER := $(BUILD)/user
USER_FOLDERS := $(filter-out lib files,$(patsubst user/%/,%,$(wildcard user/*/)))
USER_PROGRAMS := $(sort $(patsubst user/%.c,%,$(wildcard user/*.c)) $(USER_FOLDERS))
USER_CFLAGS := -std=c17 -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -I. -Os -g -Wall -Wextra -Werror -MMD -MP
# Other names of a program, which looks at how it is called.
USER_LINKS := reboot=poweroff halt=poweroff whoami=id [=test xxd=hexdump reset=clear less=more \
	sha256sum=md5sum

user_sources = $(wildcard user/$(1).c user/$(1)/*.c)
user_objects = $(patsubst user/%.c,$(USER)/$(1)/obj/%.o,$(2))

# $(1) architecture, $(2) folder of the results, $(3) compiler, $(4) what it needs
define user_arch
$(USER)/$(1)/obj/%.o: user/%.c user/user.mk $(4)
	@mkdir -p $$(@D)
	$$(call quiet,CC,$$<)$(3) $$(USER_CFLAGS) -c $$< -o $$@
$(USER)/$(1)/user.a: $$(call user_objects,$(1),$$(wildcard user/lib/*.c))
	@rm -f $$@
	@ar rcs $$@ $$^
-include $$(wildcard $(USER)/$(1)/obj/*.d $(USER)/$(1)/obj/*/*.d)
endef
# $(1) architecture, $(2) program, $(3) compiler
define user_program
$(USER)/$(1)/debug/$(2): $$(call user_objects,$(1),$$(call user_sources,$(2))) $(USER)/$(1)/user.a
	@mkdir -p $$(@D)
	$$(call quiet,LD,$$@)$(3) -o $$@ $$^
$(USER)/$(1)/$(2): $(USER)/$(1)/debug/$(2)
	@strip -R .comment -o $$@ $$<
endef

# host64 and host32: the same programs with the host's own library, for comparison on the host.
PLUMB_CC_host64 := $(CC)
PLUMB_CC_host32 := $(CC) -m32
USER_ARCHES := x86_64 i386 host64 host32
$(foreach arch,$(USER_ARCHES),$(eval $(call user_arch,$(arch),,$$(PLUMB_CC_$(arch)),$$(PLUMB_LIBC_$(arch)))))
$(foreach arch,$(USER_ARCHES),$(foreach program,$(USER_PROGRAMS),\
	$(eval $(call user_program,$(arch),$(program),$$(PLUMB_CC_$(arch))))))

USER_FILES_x86_64 := $(USER_PROGRAMS:%=$(USER)/x86_64/%)
USER_FILES_i386 := $(USER_PROGRAMS:%=$(USER)/i386/%)

.PHONY: user
user: $(USER_FILES_x86_64) $(USER_FILES_i386) ## build the bundled programs, both architectures

# Made anew when it would say something else: a program was added, or taken away.
.PHONY: initrd-list
$(USER)/initrd.list: initrd-list
	@mkdir -p $(@D)
	@{ echo "file /init $(USER)/x86_64/init 755"; \
	  for directory in /dev /proc /sys /root /var /mnt; do echo "dir $$directory"; done; \
	  echo "dir /tmp 1777"; echo "node /dev/console c 5 1 600"; echo "node /dev/null c 1 3 666"; \
	  for program in $(USER_PROGRAMS); do \
	    echo "file /bin/$$program $(USER)/x86_64/$$program 755"; \
	    echo "file /bin/$${program}32 $(USER)/i386/$$program 755"; \
	  done; \
	  for link in $(USER_LINKS); do echo "link /bin/$${link%%=*} $${link#*=}"; done; \
	  (cd user/files && find * -type f | LC_ALL=C sort) | sed 's|.*|file /& user/files/& 644|'; \
	} > $@.$$$$; if cmp -s $@.$$$$ $@; then rm $@.$$$$; else mv $@.$$$$ $@; fi

$(BUILD)/initrd.cpio: $(USER)/initrd.list tools/mkinitrd.py $(USER_FILES_x86_64) $(USER_FILES_i386)
	$(call quiet,CPIO,$@)tools/mkinitrd.py -o $@ --list $<

# PROG=path.c or path.cpp: compiled for both, as /bin/path and /bin/path32. A file that is no source goes in as it is.
PROG_NAME = $(basename $(notdir $(PROG)))
PROG_LANGUAGE = $(if $(filter %.cpp,$(PROG)),CXX,CC)
.PHONY: prog-initrd
prog-initrd: $(BUILD)/initrd.cpio $(PLUMB_LIBC_x86_64) $(PLUMB_LIBC_i386)
	$(if $(word 2,$(PROG)),$(error PROG: one path without blanks, not '$(PROG)'))
ifneq ($(filter %.c %.cpp,$(PROG)),)
	$(call quiet,$(PROG_LANGUAGE),$(PROG))$(PLUMB_$(PROG_LANGUAGE)_x86_64) -O2 -g -Wall -o $(BUILD)/prog64 $(PROG)
	$(call quiet,$(PROG_LANGUAGE),$(PROG))$(PLUMB_$(PROG_LANGUAGE)_i386) -O2 -g -Wall -o $(BUILD)/prog32 $(PROG)
	$(call quiet,CPIO,$(BUILD)/prog.cpio)tools/mkinitrd.py -o $(BUILD)/prog.cpio --list $(USER)/initrd.list $(INITRD_ADD:%=--add %) \
	  --add $(BUILD)/prog64=/bin/$(PROG_NAME):755 --add $(BUILD)/prog32=/bin/$(PROG_NAME)32:755
else
	$(call quiet,CPIO,$(BUILD)/prog.cpio)tools/mkinitrd.py -o $(BUILD)/prog.cpio --list $(USER)/initrd.list $(INITRD_ADD:%=--add %) \
	  $(if $(PROG),--add $(PROG)=/bin/$(notdir $(PROG)):755)
endif

# The shell and the programs on the host's Linux, built with our library and with the host's: the
# same scripts, the same output.
.PHONY: test-user
test-user: $(foreach arch,$(USER_ARCHES),$(USER_PROGRAMS:%=$(USER)/$(arch)/%)) ## the shell and the programs, run on the host
	@tests/guest/programs/run.py $(USER_ARCHES:%=$(USER)/%)
