"""The keys that seal secrets in the database (`shopcloud.lib.sealing`), and who seals the second steps with them."""

from shopcloud import env

# The first seals, all of them open. Empty, the keys that sign are taken: a laptop needs no more.
SEALING_KEYS = env.csv("SEALING_KEYS")
MFA_ADAPTER = "accounts.second_steps.SealedSecrets"
