"""Finding the Individual Number, so that it is never stored (G1)."""

import sys
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cards.rules.individual_number import MASK, contains, is_valid, mask

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
        "1234,5678,9018",
        "1234\t5678\t9018",
        "1234\n5678\n9018",
        "1234    5678 9018",
        "1234 5678    9018",
        "2026-09-01,2026-11-30",
        "0120-0178-27",
        # With right check digits, but part of something longer or plainly something else.
        "5-123-456-789-018",
        "123-456-789-018-5",
        "+12 3456 789018",
        "2026-11-20 10:03",
        "2026/11/20 10:03",
        "20/11/2026 10:08",
        "123.456.789.018",
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


@pytest.mark.parametrize(
    "between",
    [*" -._\u00a0\u00ad\u00b7\u2212\u202f\u3000\u30fb\u30fc\ufe63\uff0d\uff0e\uff70"]
    + [chr(code) for code in range(0x2000, 0x200C)]
    + [chr(code) for code in range(0x2010, 0x2016)],
)
def test_every_blank_dash_and_dot_may_part_the_groups_up_to_three_times(between):
    for times in (1, 2, 3):
        written = (between * times).join(["1234", "5678", "9018"])
        assert mask(f"x{written}x") == f"x{MASK}x"
    assert not contains((between * 4).join(["1234", "5678", "9018"]))


def test_text_that_is_no_proper_unicode_is_searched_like_any_other():
    assert mask(f"\ud800{NUMBER}\udfff") == f"\ud800{MASK}\udfff"
    assert not contains("\ud800")


@given(number=NUMBERS, before=st.text(), after=st.text())
def test_a_number_in_any_surroundings_is_found_unless_digits_touch_it(number, before, after):
    touched = before[-1:].isdecimal() or after[:1].isdecimal()
    if not touched:
        assert contains(before + number + after)
        assert number not in mask(f"{before}{number}{after}")
