# `make test-docs`: what the documents say is true: code references, the tour's pages, transcripts and exercises.
.PHONY: test-docs
test-docs:
	@$(MAKE) -s --no-print-directory tour-needs >/dev/null
	@$(TOUR_TOOLS) python3 tests/docs/run.py
