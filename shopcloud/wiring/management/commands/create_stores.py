"""Make the tables and buckets the shop needs; those that exist are left alone."""

from typing import Any

from django.core.management.base import BaseCommand

from analytics import services as lake
from catalog import services as catalog
from media import services as media


class Command(BaseCommand):
    help = "Create the DynamoDB tables and S3 buckets that are missing."

    def handle(self, *args: Any, **options: Any) -> None:
        catalog.create_stores()
        media.create_buckets()
        lake.create_bucket()
        self.stdout.write("Tables and buckets are there.")
