# Commands that show what the code says of itself.
.PHONY: calls
calls: ## the system-call tables, from the one list
	@python3 tools/calls.py

.PHONY: socket-table-update
socket-table-update: guest-programs ## writes docs/sockets.md anew, from what the guest tests count
	@python3 tools/socket_table.py --update

.PHONY: bench
bench: packages-test ## Plumb against Debian's Linux in the same QEMU: make bench BENCH=file.c [BENCH_NET=tap]
	@test -n "$(BENCH)" || { echo "make bench: say which program: BENCH=file.c (tools/bench.py --help)" >&2; exit 2; }
	+@$(SUBMAKE) $(BUILD)/plumb.elf
	@python3 tools/bench.py --source $(BENCH) --net $(or $(BENCH_NET),user) --rounds $(or $(BENCH_ROUNDS),3)

.PHONY: path-order
path-order: packages-run ## writes boot/path.txt anew: which functions the linker puts side by side
	+@$(SUBMAKE) $(BUILD)/plumb.elf $(BUILD)/initrd.cpio
	@python3 tools/path_order.py
