# `make test-abi`: the numbers in kernel/uapi and the call numbers in kernel/syscall/list.def are those of the system's headers.
.PHONY: test-abi
test-abi:
	@python3 tests/abi/numbers.py
