"""Which encoding a file is in, and whether it is plausible that it is.

UTF-8 proves itself. Nearly any bytes are CP932, so what reads as that is looked at twice: Latin-1
and EUC-JP turn into half-width katakana and rare characters, which no later step would notice.
"""

import codecs
import re
from functools import cache
from typing import BinaryIO

_BLOCK = 1 << 16
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    # Before UTF-16, whose mark UTF-32's begins with.
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Without a mark: how the first two letters of a header look, N being a NUL byte.
_SHAPES = (
    ("xNNNxNNN", "utf-32"),
    ("NNNxNNNx", "utf-32"),
    ("xNxN", "utf-16"),
    ("NxNx", "utf-16"),
)
_HIGH = re.compile(rb"[\x80-\xff]+")
# So many different runs of half-width katakana are not all of even length by chance.
_RUNS = 10


def detect_encoding(file: BinaryIO) -> str:
    """What Python calls the file's encoding, going by all of it.

    utf-8-sig and utf-8 if it is that, cp932 if it can be that; utf-16, utf-32 and euc_jp, which no
    import reads. Of a file that is none of these, the one of UTF-8 and CP932 that goes further.
    """
    file.seek(0)
    start = file.read(8)
    for mark, encoding in _MARKS:
        if start.startswith(mark):
            return encoding
    shape = "".join("x" if byte else "N" for byte in start)
    for begins, encoding in _SHAPES:
        if shape.startswith(begins):
            return encoding
    utf8 = _readable_bytes(file, "utf-8")
    if utf8 is None:
        return "utf-8"
    cp932 = _readable_bytes(file, "cp932")
    if _readable_bytes(file, "euc_jp") is None and (cp932 is not None or not _is_kana(file)):
        return "euc_jp"
    return "cp932" if cp932 is None or cp932 > utf8 else "utf-8"


def ends_lines_with_returns(file: BinaryIO) -> bool:
    """Whether lines end as they did on old Macs: a carriage return, and no line feed anywhere."""
    file.seek(0)
    block = file.read(_BLOCK)
    return b"\r" in block and b"\n" not in block


def is_misread(text: str) -> bool:
    """Whether no Japanese file in CP932 says this: it was Latin-1, or EUC-JP (see `_odd`)."""
    some, odd = _odd()
    # The first, a mere look for characters, is many times quicker and answers for most lines.
    return some.search(text) is not None and odd.search(text) is not None


@cache
def _odd() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What only wrong bytes look like, after the characters of which one is always in that.

    Names and addresses in half-width katakana do not look like it.
    """
    # Characters of the second level, and those that each office makes for itself: in Latin-1 é and
    # the letter after it (“Andréa” reads Andr饌).
    pairs = (
        bytes((lead, trail)).decode("cp932", "replace")
        for lead in (*range(0xE0, 0xF0), *range(0xFA, 0xFD))
        for trail in (*range(0x40, 0x7F), *range(0x80, 0xFD))
    )
    rare = "".join(pair for pair in pairs if len(pair) == 1 and pair != "\ufffd")
    kana = "ｦ-ｯｱ-ﾟ"  # without the dash, which also stands between numbers
    some = re.compile(f"[ｦ-ﾟ{rare}\ue000-\uf8ff]")
    return some, re.compile(
        # Capitals: JOSÉ reads JOSﾉ, Émile ﾉmile, CONCEIÇÃO CONCEIﾇﾃO. ABCﾋﾞﾙ and Bﾄｳ are fine.
        rf"(?<=[A-Za-z])[{kana}](?![ｦ-ﾟ])|(?<![ｦ-ﾟ])[{kana}](?=[A-Za-z])"
        rf"|(?<=[A-Za-z])[{kana}]{{2}}(?=[A-Za-z])"
        rf"|(?<=[A-Za-z])[{rare}\ue000-\uf8ff]|[\ue000-\uf8ff](?=[A-Za-z])"
        # No word begins with a small letter or a voiced mark, nor is every sound voiced.
        "|(?<![ぁ-ヿｦ-ﾟ])[ｧ-ｯﾞﾟ]|[ｧ-ｯﾅ-ﾉﾏ-ﾛﾝ]ﾞ"
        # Bytes that are no character at all, and that Python reads nevertheless.
        "|[\uf8f0-\uf8f3]"
    )


def _is_kana(file: BinaryIO) -> bool:
    """Whether what could be CP932 or EUC-JP is half-width katakana, rather than EUC-JP.

    Kanji of CP932 are hardly ever right in EUC-JP, so there is nothing else in it: single bytes up
    to DF, of which EUC-JP takes two for a character.
    """
    runs: set[bytes] = set()
    file.seek(0)
    while (block := file.read(_BLOCK)) and len(runs) < _RUNS:
        for run in _HIGH.findall(block + file.readline()):
            if max(run) > 0xDF:
                return False
            runs.add(run)
    return len(runs) < _RUNS


def _readable_bytes(file: BinaryIO, encoding: str) -> int | None:
    """None if all of the file is in `encoding`, else about how many bytes are before it fails."""
    decoder = codecs.getincrementaldecoder(encoding)()
    file.seek(0)
    done = 0
    try:
        while block := file.read(_BLOCK):
            decoder.decode(block)
            done += len(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as wrong:
        return done + wrong.start
    return None
