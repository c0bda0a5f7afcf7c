"""Whatever bytes come, a file is what it says or is refused in words; nothing else happens."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given, settings
from hypothesis import strategies as st

from ticketing_common.hostile_files import ODT, PDF, WORD, archive, picture
from ticketing_common.uploads import CONTENT_TYPES, Unacceptable, clean_name, sha256_of, true_content_type

WHOLE = {
    "a.png": picture("PNG"),
    "a.jpg": picture("JPEG"),
    "a.gif": picture("GIF"),
    "a.webp": picture("WEBP"),
    "a.pdf": PDF,
    "a.zip": archive(["one", "two"]),
    "a.docx": archive(WORD),
    "a.odt": archive(ODT),
    "a.txt": "Grüße\n".encode(),
}


@pytest.mark.parametrize("name", WHOLE)
def test_a_whole_file_is_what_it_says_and_left_at_its_beginning(name: str) -> None:
    file = SimpleUploadedFile(name, WHOLE[name])

    assert true_content_type(file, name, CONTENT_TYPES) == CONTENT_TYPES[name[2:]]
    assert file.read() == WHOLE[name]
    assert len(sha256_of(file)) == 64
    assert file.tell() == 0


def test_what_is_not_wanted_is_refused_though_it_is_whole() -> None:
    with pytest.raises(Unacceptable, match="Accepted: png"):
        true_content_type(SimpleUploadedFile("a.zip", WHOLE["a.zip"]), "a.zip", ["png"])


@settings(max_examples=300, deadline=None)
@given(name=st.sampled_from(sorted(WHOLE)), data=st.data())
def test_damaged_files_are_judged_and_break_nothing(name: str, data: st.DataObject) -> None:
    content = bytearray(WHOLE[name])
    for position in data.draw(st.lists(st.integers(0, len(content) - 1), max_size=8)):
        content[position] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(1, len(content)))
    file = SimpleUploadedFile(name, bytes(content[:cut]))
    try:
        verdict = true_content_type(file, name, CONTENT_TYPES)
    except Unacceptable as refusal:
        verdict = str(refusal)
    assert verdict == CONTENT_TYPES[name[2:]] or verdict.endswith(".")
    assert file.tell() == 0


@given(st.text(max_size=400))
def test_a_clean_name_can_be_shown_and_stored(name: str) -> None:
    clean = clean_name(name)

    assert 0 < len(clean) <= 201
    assert clean.isprintable()
    assert not set(clean) & set('/\\"<>|:*?')
    assert clean_name(clean) == clean
    assert not clean.startswith(".")
