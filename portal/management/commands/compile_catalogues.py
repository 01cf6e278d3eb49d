"""`manage.py compile_catalogues`: make the .mo files a real installation serves from."""

from typing import Any

from django.core.management import BaseCommand

from portal.catalogues import compile_catalogues


class Command(BaseCommand):
    help = "Make every translation catalogue (.mo) that is missing or older than its source (.po)."

    def handle(self, *args: Any, **options: Any) -> None:
        for made in compile_catalogues():
            self.stdout.write(str(made))
