"""The regions that people are at home in, and where each keeps what is theirs: a part of the settings.

A process runs in one region, whose database is `default`. The databases of other regions are given as `DATABASE_URL_EU`
or `DATABASE_URL_US`; without one there is one region, and it is everybody's home.
"""

from shopcloud import env

REGIONS = ("us", "eu")
REGION = env.choice("SHOPCLOUD_REGION", "us", options=REGIONS)
# Whose database holds the tables of the catalog, which are the same for everybody.
CATALOG_REGION = "us"
_GIVEN = {
    "us": env.url("DATABASE_URL_US", "", schemes=("postgres", "postgresql")),
    "eu": env.url("DATABASE_URL_EU", "", schemes=("postgres", "postgresql")),
}
# Alias and address of every database of another region.
OTHER_DATABASES = {f"home_{region}": url for region, url in _GIVEN.items() if url and region != REGION}
HOMES = {REGION: "default"} | {alias.removeprefix("home_"): alias for alias in OTHER_DATABASES}
# Where copies of their data lie, for people of other regions; of our own it is DOWNLOADS_BUCKET.
_BUCKETS = {"us": env.text("DOWNLOADS_BUCKET_US", ""), "eu": env.text("DOWNLOADS_BUCKET_EU", "")}
OTHER_BUCKETS = {region: _BUCKETS[region] for region in HOMES if region != REGION}
if not all(OTHER_BUCKETS.values()):
    raise env.BadEnvironment("A region with a DATABASE_URL_ of its own needs its DOWNLOADS_BUCKET_ too.")
AWS_REGIONS = {"us": "us-east-1", "eu": "eu-west-1"}
DATABASE_ROUTERS = ["shopcloud.lib.residency.HomeRouter"] if OTHER_DATABASES else []
# Asking a database over the ocean takes longer than asking ours, and would tell where an account is: who signs in,
# signs up or asks for a code, and is not let in by it, has the answer after this long.
SIGN_IN_SECONDS = 2.0 if OTHER_DATABASES else 0.0
