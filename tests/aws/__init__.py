"""Claims about what the shop says to AWS, on an emulated account. Optional: `make test-aws`."""
