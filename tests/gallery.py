"""Every mail in every language, to look through: `python -m tests.gallery FOLDER`.

Writes one page a language that shows all of them as on a telephone (open it in a browser, which
also pretends to prefer dark), and each mail as a file that mail programs open (.eml).
"""

import os
import sys
import tempfile
from html import escape
from pathlib import Path


def main(folder: Path) -> None:
    from django.conf import settings

    for language in settings.MAIL_LANGUAGES:
        place = folder / language
        place.mkdir(parents=True, exist_ok=True)
        shown = []
        for kind, mail in _mails(language):
            name = kind.replace("/", "-").replace(" ", "-")
            (place / f"{name}.eml").write_bytes(mail.message().as_bytes())
            html = escape(str(mail.alternatives[0][0]))
            shown.append(
                f"<figure><figcaption>{escape(kind)}: {escape(mail.subject)}</figcaption>"
                f'<iframe width="390" height="900" srcdoc="{html}"></iframe></figure>'
            )
        page = f"""<!doctype html><html lang="{language}"><meta charset="utf-8">
<meta name="color-scheme" content="light dark"><title>{language}</title>
<style>figure {{ display: inline-block; width: 400px; margin: 8px }}</style>{"".join(shown)}"""
        (folder / f"{language}.html").write_text(page)
        print(folder / f"{language}.html")


def _mails(language):
    from accounts.models import User
    from notifications.messages.mail import django_mail
    from tests.mails import ACCOUNT_KINDS, KINDS, account_mail, letter

    for kind in KINDS:
        yield kind, django_mail(letter(kind, language))
    user = User.objects.create_user(f"lan.{language}@example.org", language=language)
    for kind in ACCOUNT_KINDS:
        yield kind, account_mail(kind, user)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["DATABASE_URL"] = f"sqlite:///{scratch}/gallery.sqlite3"
        os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
        import django

        django.setup()
        from django.core.management import call_command

        from portal.catalogues import compile_catalogues

        call_command("migrate", verbosity=0)
        compile_catalogues()
        main(Path(sys.argv[1]))
