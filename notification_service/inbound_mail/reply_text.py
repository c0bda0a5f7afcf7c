"""What a person wrote in an answer, without the mail that it answers and without signatures.

`mail-parser-reply` finds the line above the quoted mail, in fourteen languages. It is not asked for the text itself:
that would lose indentation, what is written below or between quoted lines, and everything from pasted lines like
"From: … To: … Subject: …" on.
"""

from __future__ import annotations

import re
from functools import cache

MAX_READ = 60_000  # characters
# The library's patterns take minutes on one long line.
MAX_LINE, MAX_LINES = 150, 500
LANGUAGES = ("en", "de", "cs", "da", "es", "fr", "it", "ja", "ko", "nl", "pl", "sv", "zh")
# An older mail has an address or a time in its head; pasted lines of the same shape mostly have neither.
_HEAD_OF_MAIL = re.compile(r"\S@\S|\b\d{1,2}[:.h]\d{2}\b")
# Outlook's programs draw a line above the head of an older mail.
_RULE = re.compile(r"[_-]{10,}|-{3,}.{3,60}-{3,}")
_SENT_FROM_MORE = r"Von mein(?:em|er) .{2,40} gesendet|Gesendet mit|Sent with|Sent via|Holen Sie sich Outlook"


def written_text(text: str) -> str:
    """Return the person's own words, empty where there are none."""
    lines = _without_blank_ends([line.rstrip() for line in text[:MAX_READ].split("\n")])
    begin, end, is_quoted_by_marks = _head_of_quote(lines)
    own = _without_signature(lines[:begin])
    if is_quoted_by_marks:
        below = _without_signature(_answers(lines[end:]))
        own = [*own, "", *below] if own and below else own or below
    return "\n".join(_without_blank_ends(own))


def _head_of_quote(lines: list[str]) -> tuple[int, int, bool]:
    """Return where the head of the quoted mail begins and ends, and whether its lines bear the mark `>`.

    Without a quoted mail, the number of lines twice.
    """
    stripped = [_shortened(line.strip()) for line in lines]
    cursor = 0
    for head in _heads("\n".join(stripped[:MAX_LINES])):
        first, *more = head.split("\n")
        if first not in stripped[cursor:]:
            continue
        begin = stripped.index(first, cursor)
        end = begin + 1 + len(more)
        cursor = end
        if _HEAD_OF_MAIL.search(head) or _RULE.fullmatch(first):
            is_marked = _is_marked(stripped[end:]) and ":" not in first.split(" ")[0]
            return _above_rule(stripped, begin), end, is_marked
    for index, line in enumerate(stripped):
        if line.startswith(">"):
            begin = _attribution_above(stripped, index)
            return begin, index, True
    return len(lines), len(lines), False


def _shortened(line: str) -> str:
    half = MAX_LINE // 2
    return line if len(line) <= MAX_LINE else line[:half] + line[-half:]


def _heads(text: str) -> list[str]:
    from mailparser_reply import EmailReplyParser  # here, so that no other process loads it

    replies = EmailReplyParser(languages=list(LANGUAGES)).read(text).replies
    return [reply.headers for reply in replies if reply.headers]


def _is_marked(lines: list[str]) -> bool:
    return next((line for line in lines if line), "").startswith(">")


def _above_rule(lines: list[str], begin: int) -> int:
    """Return where the head begins with the rule that is drawn above it."""
    above = begin
    while above and not lines[above - 1]:
        above -= 1
    return above - 1 if above and _RULE.fullmatch(lines[above - 1]) else begin


def _attribution_above(lines: list[str], index: int) -> int:
    """Return the beginning of "… wrote:" right above the first quoted line, in whichever language; else the index.

    It ends with a colon, has an address or a time, and is two lines at most.
    """
    last = index - 1
    while last >= 0 and not lines[last]:
        last -= 1
    if last < 0 or not lines[last].endswith((":", "：")):
        return index
    for first in (last, last - 1):
        if first >= 0 and lines[first] and _HEAD_OF_MAIL.search(" ".join(lines[first : last + 1])):
            return first
    return index


def _answers(lines: list[str]) -> list[str]:
    """Return what stands below and between quoted lines, with those quoted lines that are answered one by one."""
    while lines and (not lines[-1].strip() or lines[-1].lstrip().startswith(">")):
        lines = lines[:-1]
    blocks: list[tuple[bool, list[str]]] = []
    for line in lines:
        is_quoted = line.lstrip().startswith(">")
        if blocks and (not line.strip() or blocks[-1][0] == is_quoted):
            blocks[-1][1].append(line)
        elif line.strip():
            blocks.append((is_quoted, [line]))
    if sum(is_quoted for is_quoted, _ in blocks) == 1:
        blocks = [block for block in blocks if not block[0]]
    return _without_blank_ends([line for _, block in blocks for line in block])


def _without_signature(lines: list[str]) -> list[str]:
    """Leave out what follows the line "-- ", and the advertisement of a phone's mail program."""
    for index, line in enumerate(lines):
        if line.strip() in {"--", "—"} and index:
            lines = lines[:index]
            break
    lines = _without_blank_ends(lines)
    while lines and _sent_from().match(lines[-1].strip()):
        lines = _without_blank_ends(lines[:-1])
    return lines


@cache
def _sent_from() -> re.Pattern[str]:
    from mailparser_reply.constants import MAIL_LANGUAGES

    known = [str(MAIL_LANGUAGES[language].get("sent_from") or "") for language in LANGUAGES]
    return re.compile("|".join(f"(?:{each})" for each in [*filter(None, known), _SENT_FROM_MORE]), re.IGNORECASE)


def _without_blank_ends(lines: list[str]) -> list[str]:
    begin, end = 0, len(lines)
    while begin < end and not lines[begin].strip():
        begin += 1
    while end > begin and not lines[end - 1].strip():
        end -= 1
    return lines[begin:end]
