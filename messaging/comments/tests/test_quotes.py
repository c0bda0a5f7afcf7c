"""Notifications and mails quote a comment without its markup, and plain words as they are."""

from __future__ import annotations

import time

import pytest

from comments.quotes import EXCERPT, excerpt_of


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("**Restart** the *print* server, ***now***", "Restart the print server, now"),
        ("Run `ls *.txt *` please", "Run ls *.txt * please"),
        ("**`sudo`** and **[the page](https://a.example/x)**", "sudo and the page (https://a.example/x)"),
        ("[write](mailto:a@example.com)", "write (mailto:a@example.com)"),
        ("Log:\n```text\na *b* c\n```\nend", "Log:\na b c\nend"),
        ("**https://a.example/x**", "https://a.example/x"),
        ("> quoted\n- one\n1. two", "> quoted\n- one\n1. two"),
    ],
)
def test_markup_is_left_out(text: str, quoted: str) -> None:
    assert excerpt_of(text) == quoted


@pytest.mark.parametrize(
    "text",
    [
        "5 * 3 * 2, 5*3*2, (a)*(b)*(c), count(*) or count(*)",
        "*.exe and *.dll* in C:\\*\\* or /tmp/*, /var/*",
        "__init__.py and _config_.yml",
        "[TX123] [x](javascript:alert(1)) array[i](x)",
        "![x](https://a.example/p.png)",
        "a * b\n* c",
        "```\n```",
        "https://a.example/`x` it`s",
    ],
)
def test_plain_words_stay(text: str) -> None:
    assert excerpt_of(text) == text


def test_the_length_is_that_of_what_is_quoted() -> None:
    assert excerpt_of(f"**{'x' * EXCERPT}**") == "x" * EXCERPT
    assert len(excerpt_of("x" * 300)) == EXCERPT


@pytest.mark.parametrize("unit", ["*", "**a ", "[", "[a](", "`", "`a", "```\n", "*a ", "*[a*", "https://"])
def test_no_text_is_slow_to_quote(unit: str) -> None:
    began = time.process_time()
    excerpt_of(unit * (10_000 // len(unit)))
    assert time.process_time() - began < 0.5
