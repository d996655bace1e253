"""The shop's addresses for search engines, in shards of at most 50,000, written by the clock and never by a request."""
