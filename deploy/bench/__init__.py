"""`make bench`: what the shop's paths cost, each beside a bare Django view measured in the same run."""
