"""The catalog's pages. All are public: the same for everyone in a market, and kept by caches."""
