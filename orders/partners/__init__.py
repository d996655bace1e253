"""Webhooks to partners, as Standard Webhooks says them: what happens to orders, signed, told at least once, and kept in
a log that staff read. No personal data: an order's number, states and sums."""
