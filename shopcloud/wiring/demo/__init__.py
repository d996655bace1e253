"""The demo shop: its goods from `deploy/demo`, two people to sign in as. Seeding again changes nothing."""
