"""Translations: .po files are kept, .mo files are made from them, without gettext's programs."""

import os
from pathlib import Path

import polib
from django.conf import settings


def compile_catalogues() -> list[Path]:
    """Make every .mo that is missing or older than its .po; those that were made."""
    made = []
    for root in settings.LOCALE_PATHS:
        for po in sorted(Path(root).glob("*/LC_MESSAGES/*.po")):
            mo = po.with_suffix(".mo")
            if mo.exists() and mo.stat().st_mtime >= po.stat().st_mtime:
                continue
            # Two processes may do this at once; a reader must never see half a file.
            half = mo.with_suffix(f".{os.getpid()}.tmp")
            polib.pofile(str(po)).save_as_mofile(str(half))
            half.replace(mo)
            made.append(mo)
    return made
