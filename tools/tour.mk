# The tour in docs/tour/: as pages, its exercises, its transcripts.
TOUR := $(BUILD)/tour
TOUR_SKB_SOURCES := $(HOST_TRACE) $(HOST_SERVICES) net/trace_buffer.cpp net/skbuff.cpp $(addprefix kernel/base/,checksum.cpp timer.cpp iov.cpp)
TOUR_NEEDS = $(PLUMB_LIBC_x86_64) $(PLUMB_LIBC_i386) $(TOUR)/skb.a $(LIBC)/x86_64/libstub.a $(BUILD)/plumb.elf $(BUILD)/initrd.cpio
TOUR_TOOLS = PLUMB_CC_x86_64='$(PLUMB_CC_x86_64)' PLUMB_CC_i386='$(PLUMB_CC_i386)' TOUR_SKB=$(TOUR)/skb.a

.PHONY: tour
tour: ## the tour as pages, on 127.0.0.1 (docs/tour/README.md is where it begins)
	$(call install,python3)
	@python3 tools/tour/pages.py --serve

.PHONY: exercise
exercise: packages-tour ## an exercise of the tour with its test: make exercise N=3
	+@$(SUBMAKE) tour-needs
	@$(TOUR_TOOLS) python3 tests/docs/exercises.py $(or $(N),0)

.PHONY: tour-update
tour-update: packages-tour ## writes what the tour's commands print now into its transcripts
	+@$(SUBMAKE) tour-needs
	@python3 tests/docs/transcripts.py --write

.PHONY: packages-tour tour-needs
packages-tour:
	$(call install,$(RUN_PACKAGES) g++-multilib gdb)
tour-needs: $(TOUR_NEEDS)
$(TOUR)/skb.a: $$(patsubst %,$(BUILD)/host/%.o,$$(TOUR_SKB_SOURCES))
	@mkdir -p $(@D); rm -f $@
	@ar rcs $@ $^
