# `make journey`: one call from libc to the wire and back, as a page. docs/journey.md tells how to read it.
# PROG: bundled programs, or C files of one's own, with their arguments; `a & b` puts a into the background first.
# DOOR=syscall, int80 or compare.
JOURNEY_PROG = $(or $(PROG),replyhi & hello; hello 10.0.2.100)
JOURNEY = python3 tools/journey/journey.py --programs='$(subst ','\'',$(JOURNEY_PROG))'
DOOR ?= syscall

.PHONY: journey
journey: packages-journey ## follow programs to the wire and back: build/journey.html, .json, .pcapng: make journey PROG="hello" DOOR=compare
	+@sources=$$($(JOURNEY) --sources) && \
	  $(SUBMAKE) $(BUILD)/plumb.elf $(BUILD)/initrd.cpio $${sources:+debug-sources DEBUG_SOURCES="$$sources"}
	@$(JOURNEY) --door=$(DOOR) --output $(BUILD)

.PHONY: packages-journey
packages-journey:
	$(call install,$(RUN_PACKAGES) binutils)
