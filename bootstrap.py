"""Make `.venv` from the locked requirements: all that `make` needs before anything can run.

    python3 bootstrap.py           what the portal runs on      (requirements.txt)
    python3 bootstrap.py --dev     and what tests and style need (requirements-dev.txt)

Does nothing when the lock has not changed since. Standard library only, and readable by any
Python, so that one that is too old is told so instead of failing on a word it does not know.
"""

import hashlib
import os
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
VENV = os.path.join(HERE, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")
OLDEST = (3, 11)


def main():
    if sys.version_info < OLDEST:
        sys.exit(
            "The portal needs Python 3.11 or newer; %s is %d.%d. Name another: make run PYTHON=python3.12"
            % ((sys.executable,) + tuple(sys.version_info[:2]))
        )
    if os.path.islink(VENV):
        return  # A linked environment is looked after by whoever linked it.
    lock = "requirements-dev.txt" if "--dev" in sys.argv[1:] else "requirements.txt"
    if not _runs(PYTHON):
        _make_venv()
    wanted = _fingerprint(lock)
    stamp = os.path.join(VENV, "installed-from-" + lock)
    if _read(stamp) == wanted:
        return
    print("Installing %s into .venv; the first time takes a minute or two ..." % lock)
    sys.stdout.flush()
    pip = [PYTHON, "-m", "pip", "install", "-qq", "--no-input", "--disable-pip-version-check"]
    if subprocess.call(pip + ["--require-hashes", "-r", os.path.join(HERE, lock)]) != 0:
        sys.exit("%s could not be installed: see pip's words above." % lock)
    with open(stamp, "w") as file:
        file.write(wanted)


def _make_venv():
    shutil.rmtree(VENV, ignore_errors=True)
    if subprocess.call([sys.executable, "-m", "venv", VENV]) != 0:
        shutil.rmtree(VENV, ignore_errors=True)
        sys.exit("`python3 -m venv` does not work here. On Debian: apt-get install python3-venv")


def _runs(python):
    """Whether this is a Python that starts and is new enough."""
    if not os.path.exists(python):
        return False
    check = "import sys, pip; sys.exit(sys.version_info < (3, 11))"
    with open(os.devnull, "w") as nowhere:
        return subprocess.call([python, "-c", check], stdout=nowhere, stderr=nowhere) == 0


def _fingerprint(lock):
    with open(os.path.join(HERE, lock), "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def _read(path):
    if not os.path.exists(path):
        return ""
    with open(path) as file:
        return file.read()


if __name__ == "__main__":
    main()
