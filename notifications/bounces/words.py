"""What the words of a mail server's no say, whatever its code. Plain Python.

Servers blame the sender under the status of a mailbox that is not there, and say that nobody is
there under any. Whose fault it is, is therefore looked for first.
"""

import re
from enum import Enum, auto

# From the beginning of a word alone: from each of its letters, a long word takes for ever.
_ADDRESS = re.compile(r"(?<!\S)\S*@\S*")
_STATUS = re.compile(r"#?(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?![\d.])")


class Says(Enum):
    US = auto()  # the sender, our server or how much we send is not wanted
    NOBODY = auto()  # no such mailbox, or it is closed
    NO_DOMAIN = auto()
    UNAVAILABLE = auto()  # RFC 5321's own words, by which some mean that nobody is there
    FULL = auto()  # the mailbox takes none for now
    MESSAGE = auto()  # its content is not wanted
    NO = auto()  # that it is refused, and no more
    NOTHING = auto()


def said_in(answer: str) -> Says:
    """What the words in a server's answer say."""
    words = " ".join(_STATUS.sub(" ", _ADDRESS.sub(" ", answer)).split())
    for says, pattern in _IN_THIS_ORDER:
        # An address that is not the reader's, such as one of the internet, is nobody's mailbox.
        if pattern.search(_NOT_THEIRS.sub("us", words) if says is Says.NOBODY else words):
            return says
    return Says.NOTHING


def names_recipient(answer: str) -> bool:
    """Whether it says that it is the recipient whom it refuses."""
    return bool(_RECIPIENT.search(answer))


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


_RECIPIENT = _any(r"\brecipient", r"\brcpt\b")
_RECIPIENT_REJECTED = _any(r"\brecipient address rejected")
_NOT_THEIRS = _any(
    r"\b(?:ip|client|from|return|reply-?to|your|sender|sending|source|helo|host|server)"
    r"\W{1,3}(?:e-?mail )?address(?:es)?\b"
)
_OF_THE_SENDER = _any(
    r"\bsender\b(?:\W+\w+){0,2}?\W+(?:verif\w*|rejected|denied|unknown|invalid|refused|blocked"
    r"|not|does|doesn'?t|unresolvable|listed|black-?listed|limit\w*|quota)\b",
    r"\b(?:bad|invalid|unknown|unauthori[sz]ed|unverified|forged|illegal|outbound|blocked"
    r"|reject(?:ed|ing)?|refus(?:ed|ing)|den(?:ied|ying))\W+(?:\w+\W+)?sender\b",
    r"\bmail from\b|\byour account\b",
    r"\b(?:from|return|envelope)[- ](?:address|path|from)\b",
    r"\bspf\b|\bdkim\b|\bdmarc\b|\bhelo\b|\behlo\b",
    # Not “host mx.example.org said: … Recipient address rejected”.
    r"\bhost\b(?:(?!\bsaid\b).){0,60}\b(?:blocked|rejected)",
    # How much we send.
    r"\b(?:sending|sender|daily|hourly|outbound|outgoing|relay|rate)\b"
    r"(?:\W+\w+){0,2}?\W+(?:limit|quota|rate)",
    r"\blimit(?:ed|s|ing)? (?:on|of|the) (?:sending|rate)\b|\brate[- ]?limit|\bthrottl",
    # Amazon SES, of an address of ours.
    r"\be-?mail address is not verified\b|\bidentities failed the check\b",
)
_FULL = _any(
    r"\b(?:mailbox|inbox|maildrop|recipient|user|account)\b.{0,40}"
    r"\b(?:full|quota|exceed\w*|storage|out of space)\b",
    r"\bover ?quota\b|\bquota\b.{0,20}\b(?:mailbox|recipient|user)\b|\bstorage allocation\b",
    r"\breceiving (?:e-?mail|mail|messages)\b",
)
_WHO = (
    r"(?:user|mailbox|recipient|account|person|address|addressee|alias|customer|subscriber"
    r"|local[- ]?part)"
)
_NOBODY = _any(
    rf"\b(?:no such|unknown|invalid|non-?existent|illegal)\b.{{0,20}}\b{_WHO}\b",
    rf"\b(?:no|not (?:a|our)(?: known| valid)?|isn'?t (?:a|our)) {_WHO}\b",
    # Not “Recipient address rejected: Domain not found”.
    rf"\b{_WHO}\b(?:(?!\bdomain\b).){{0,40}}\b(?:unknown|not found|not exist|doesn'?t exist"
    r"|disabled|inactive|invalid|closed|deleted|deactivated|terminated|no longer)\b",
    r"\buser doesn'?t have an?\b.{0,40}\baccount\b",
    r"\brecipientnotfound\b|\bunrout(?:e)?able (?:address|mail domain)\b",
)
_OF_US = _any(
    r"\bsender\b",
    r"\b(?:your|client|sending) (?:ip|host|server|domain|address|network)\b|\bip\b",
    r"\bptr\b|\brdns\b|reverse dns|\bblack-?list|\bblock-?list|\bblocked\b|\blisted\b|\brbl\b|dnsbl"
    r"|spamhaus|\breputation\b",
    r"\brelay(?:ing)?\b|\bauthenticat|\btls\b|\brcpthosts\b",
    r"\btoo many\b|\btoo much mail\b|\btransaction failed\b",
)
# About us as well, unless said of the recipient: some refuse one who is not there in these words.
_NOT_ALLOWED = _any(
    r"\baccess denied\b|\bprohibit(?:s|ed|ion)?\b|\bnot (?:permitted|allowed|authori[sz]ed)\b"
)
_NO_DOMAIN = _any(
    r"\b(?:domain|host)(?: name)?(?: or domain name)?\b.{0,20}"
    r"\b(?:not found|unknown|not exist|doesn'?t exist|does not accept mail)\b",
    r"\b(?:no such|unknown|non-?existent|invalid) (?:host|domain)",
    r"\bnxdomain\b|\bnull ?mx\b|nonexistentdomain",
)
_UNAVAILABLE = _any(r"\bmailbox unavailable\b")
_OF_THE_MESSAGE = _any(
    r"\bspam\b|\bpolicy\b|\bcontent\b|\bvirus\b|\bmessage (?:was )?(?:rejected|refused)\b"
)
_AFTER_THE_MESSAGE = _any(r"\bend of data\b|\bdata command\b")
_NO = _any(r"\b(?:rejected|refused|denied|declined|forbidden)\b")

# Unless the recipient is named before it.
_UNLESS_OF_THEM = rf"^(?!.*{_RECIPIENT_REJECTED.pattern}).*(?:"
_IN_THIS_ORDER = (
    (Says.US, _OF_THE_SENDER),
    (Says.FULL, _FULL),
    (Says.NOBODY, _NOBODY),
    (Says.US, _OF_US),
    (Says.US, _any(f"{_UNLESS_OF_THEM}{_NOT_ALLOWED.pattern})")),
    (Says.NO_DOMAIN, _NO_DOMAIN),
    (Says.UNAVAILABLE, _UNAVAILABLE),
    (Says.MESSAGE, _OF_THE_MESSAGE),
    (Says.NO, _AFTER_THE_MESSAGE),
    (Says.NO, _any(f"{_UNLESS_OF_THEM}{_NO.pattern})")),
)
