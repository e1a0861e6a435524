# Plumb's one Makefile: every command a person needs. `make help` lists them.
# Each folder that builds something adds its rules in a fragment of its own (boot/boot.mk, libc/libc.mk …).

.DEFAULT_GOAL := help
BUILD := build

-include $(sort $(wildcard */*.mk tests/*/*.mk))

.PHONY: help
help: ## this list
	@grep -hE '^[a-z][a-z-]*:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14
