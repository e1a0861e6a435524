# `make test-docs`: what the documents say of the code is there: files, functions, make targets.
.PHONY: test-docs
test-docs:
	@python3 tests/docs/references.py
