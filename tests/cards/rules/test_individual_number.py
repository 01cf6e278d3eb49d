"""Finding the Individual Number, so that it is never stored (G1)."""

import sys
import time
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cards.rules.individual_number import MASK, contains, is_valid, mask, stands_in_a_cell

NUMBER = "123456789018"
WRONG = "123456789019"
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


def check_digit(first_eleven):
    """The official sum, written the official way: digits counted from the right."""
    total = 0
    for n in range(1, 12):
        p = int(first_eleven[-n])
        q = n + 1 if n <= 6 else n - 5
        total += p * q
    return 0 if total % 11 <= 1 else 11 - total % 11


NUMBERS = st.from_regex(r"[0-9]{11}", fullmatch=True).map(
    lambda eleven: f"{eleven}{check_digit(eleven)}"
)


def test_the_known_number_is_valid_and_its_neighbour_is_not():
    assert is_valid(NUMBER)
    assert is_valid(WRONG) is False
    assert is_valid(NUMBER[:11]) is False


@given(NUMBERS)
def test_exactly_one_check_digit_is_right(number):
    assert [last for last in "0123456789" if is_valid(number[:11] + last)] == [number[11]]


@pytest.mark.parametrize(
    ("eleven", "last"),
    # Remainders 0 and 1 both give 0; 2 gives 9; 10 gives 1.
    [("00000000000", "0"), ("00000000006", "0"), ("00000000001", "9"), ("00000000005", "1")],
)
def test_the_check_digit_is_0_for_small_remainders(eleven, last):
    assert [one for one in "0123456789" if is_valid(eleven + one)] == [last]


@pytest.mark.parametrize(
    "text",
    [
        "",
        NUMBER[:11],
        NUMBER + "0",
        "0" + NUMBER,
        NUMBER + "\n",
        " " + NUMBER,
        "1234 5678 9018",
        NUMBER.translate(FULL_WIDTH),
        NUMBER[:11] + "８",
        NUMBER[:11] + "²",
        "12345678901A",
    ],
)
def test_only_twelve_ascii_digits_are_a_number(text):
    assert not is_valid(text)


@pytest.mark.parametrize(
    "written",
    [
        NUMBER,
        "1234 5678 9018",
        "1234-5678-9018",
        "1234　5678　9018",
        "1234\u00a05678\u00a09018",
        "1234－5678－9018",
        "1234ー5678ー9018",
        "1234\u20105678\u20109018",
        "1234–5678—9018",
        "1234\u22125678\u22129018",
        "1234.5678.9018",
        "1234・5678・9018",
        "1234 - 5678 - 9018",
        "1234 56789018",
        "12345678-9018",
        "123 456 789 018",
        "12-3456-7890-18",
        "1234/5678/9018",
        "1234:5678:9018",
        "1234／5678：9018",
        "1234567890 18",
        "123 4567 89018",
        "12345 678 9018",
        "1 2 3 4 5 6 7 8 9 0 1 8",
        "１２３・４５６・７８９・０１８",
        NUMBER.translate(FULL_WIDTH),
        "１２３４　５６７８　９０１８",
        NUMBER.translate(ARABIC),
        "123456７８９０１８",
        "1234,5678,9018",
        "1234、5678、9018",
        "1234\t5678\t9018",
        "1234\n5678\n9018",
        "1234\r\n5678\r\n9018",
        "1234)5678-9018",
        "1234(5678)9018",
        "1234~5678～9018",
        "1234'5678’9018",
        "1234+5678=9018",
        "1234 | 5678 | 9018",
        "1234】【5678】9018",
        "1234#5678*9018",
        "123~456~789~018",
        "1234\u20605678\u20609018",
        "1234\u200c5678\u200d9018",
        "12\u200b34\u200b56\u200b78\u200b90\u200b18",
        "1234 \u2060\u200b\u200c\u200d\ufeff\u2060\u200b 5678 9018",
        "123\u2060-\u2060456-789-018",
        "1234\U000e00205678\U000e00209018",
        "1\ufe0f2\ufe0f3\ufe0f456789018",
    ],
)
@pytest.mark.parametrize(
    "around", ["{}", "My number: {}.", "a{}b", "個人番号は{}です", "\n{}\n", "-{}-"]
)
def test_a_number_is_found_however_it_is_written(written, around):
    text = around.format(written)
    assert contains(text)
    assert mask(text) == around.format(MASK)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Nguyen Thi Minh Anh",
        WRONG,
        NUMBER[:11],
        NUMBER + "0",
        "0" + NUMBER,
        NUMBER + "０",
        "٠" + NUMBER,
        "123  456 789 018",
        "123,456,789,018",
        "1234    5678 9018",
        "1234 5678    9018",
        "2026-09-01,2026-11-30",
        "03-1234-5678, 090-1234-5678",
        "〒100-0001 03-1234-5678",
        # With right check digits, but two days, an amount, a telephone with an extension.
        "2026-9-2~2026-9-6",
        "2026.9.5/2026.9.7",
        "123，456，789，018",
        "03-1234-5678(05)",
        "03(1234)5678 ext. 05",
        "0120-0178-27",
        # With right check digits, but part of something longer or plainly something else.
        "5-123-456-789-018",
        "123-456-789-018-5",
        "+12 3456 789018",
        "2026-11-20 10:03",
        "2026/11/20 10:03",
        "20/11/2026 10:08",
        "123.456.789.018",
        "818-4766 1-16-12 Minami",
        "〒818-4766　1-16-12 Minami",
        "1234 5678 901²",
    ],
)
def test_other_text_is_left_alone(text):
    assert not contains(text)
    assert mask(text) == text


def test_a_number_is_replaced_by_twelve_asterisks():
    assert mask(f"No. {NUMBER}.") == "No. ************."


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        (f"{NUMBER},{NUMBER}", f"{MASK},{MASK}"),
        (f"{WRONG} and {NUMBER} here", f"{WRONG} and {MASK} here"),
        # Groups of four before and after it, which are not of the number.
        ("2222 1234 5678 9018", f"2222 {MASK}"),
        ("1234 5678 9018 1111", f"{MASK} 1111"),
        ("(1234)5678-9018", f"({MASK}"),
        # Twelve digits with a wrong check digit, of which the last four begin the number.
        ("9999 9999 1234 5678 9018", f"9999 9999 {MASK}"),
    ],
)
def test_every_number_is_masked_and_nothing_else(text, masked):
    assert contains(text)
    assert mask(text) == masked


def test_digits_of_every_script_count():
    zeros = [
        chr(code) for code in range(sys.maxunicode + 1) if unicodedata.decimal(chr(code), None) == 0
    ]
    assert len(zeros) > 50
    for zero in zeros:
        assert contains("".join(chr(ord(zero) + int(digit)) for digit in NUMBER))


@given(st.text(alphabet="0123456789-, ab\u3000８"))
@example("1234 5678 9018 1234 5678 9018")
def test_nothing_is_left_to_find_after_masking(text):
    masked = mask(text)
    assert not contains(masked)
    assert (masked != text) == contains(text)


INVISIBLE = [
    chr(code)
    for code in range(sys.maxunicode + 1)
    if unicodedata.category(chr(code)) == "Cf" or code in (0x034F, 0x115F, 0x3164, 0xFE0F, 0xFFA0)
]
# Neither letters nor digits, but for those that are written for a dash.
SIGNS = [
    *" -._,;:/\\~'\"|*+=#()[]{}<>!?%&@^`\t\n\u00a0\u00b7\u2212\u202f",
    *"\u3000\u3001\u30fb\u30fc\ufe63\uff0c\uff0d\uff0e\uff70\uff5e\u301c\u2800\u20ac\U0001f600",
]
SIGNS += [chr(code) for code in (*range(0x2000, 0x200B), *range(0x2010, 0x2016))]


@pytest.mark.parametrize("between", SIGNS)
def test_every_sign_may_part_the_groups_up_to_three_times(between):
    for times in (1, 2, 3):
        written = (between * times).join(["1234", "5678", "9018"])
        assert mask(f"x{written}x") == f"x{MASK}x"
    assert not contains((between * 4).join(["1234", "5678", "9018"]))


def test_what_is_not_seen_hides_no_number_however_much_of_it_there_is():
    """Seen to fail for U+2060, U+200C and U+200D, which an import then kept."""
    for one in INVISIBLE:
        for times in (1, 4, 50):
            assert contains((one * times).join(NUMBER)), hex(ord(one))
            assert mask((one * times).join(["1234", "5678", "9018"])) == MASK, hex(ord(one))


@given(
    number=NUMBERS,
    gaps=st.lists(
        st.text(st.characters(exclude_categories=["L", "N"]), max_size=3), min_size=2, max_size=2
    ),
    unseen=st.lists(st.text(st.sampled_from(INVISIBLE), max_size=9), min_size=11, max_size=11),
)
def test_a_number_in_groups_of_four_is_found_whatever_parts_them(number, gaps, unseen):
    digits = [*map("".join, zip(number, [*unseen, ""], strict=True))]
    groups = ["".join(digits[at : at + 4]) for at in (0, 4, 8)]
    written = groups[0] + gaps[0] + groups[1] + gaps[1] + groups[2]
    assert contains(written)
    assert contains(f"x{written}x")
    assert not any(group in mask(written) for group in (number, number[:4] + gaps[0]))


@given(cells=st.lists(st.text(alphabet="0123456789- .,x８\u2060"), min_size=1, max_size=4))
@example(cells=["1234,5678,9018"])
@example(cells=["1234", "5678", "9018"])
def test_a_line_of_cells_holds_what_one_of_them_holds(cells):
    cells = [part for cell in cells for part in cell.split(",")]
    assert stands_in_a_cell(",".join(cells)) == any(map(contains, cells))


def test_a_long_text_of_digits_and_signs_is_looked_through_in_no_time():
    for some in ("1 ", "1\u2060", "12 ", "1234 ", "1234\u2060 ,\u2060", "1" + "\u200b" * 500):
        began = time.process_time()
        contains(some * (50_000 // len(some)))
        assert time.process_time() - began < 2


def test_text_that_is_no_proper_unicode_is_searched_like_any_other():
    assert mask(f"\ud800{NUMBER}\udfff") == f"\ud800{MASK}\udfff"
    assert not contains("\ud800")


@given(number=NUMBERS, before=st.text(), after=st.text())
def test_a_number_in_any_surroundings_is_found_unless_digits_touch_it(number, before, after):
    touched = before[-1:].isdecimal() or after[:1].isdecimal()
    if not touched:
        assert contains(before + number + after)
        assert number not in mask(f"{before}{number}{after}")
