"""`manage.py prove_invariants`: races on stock and money, run against the shop's own engines in scratch databases.

Each race is one file in `races/`. It is run by several processes, its effects are counted in the stores at rest, and a
control run with its guard removed must break: a race that cannot be lost proves nothing.
"""
