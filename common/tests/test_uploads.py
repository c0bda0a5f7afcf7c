"""Whatever bytes come, a file is what it says or is refused in words; nothing else happens."""

from __future__ import annotations

import gzip

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from pytest_django import Settings

from ticketing_common.uploads import CONTENT_TYPES, Unacceptable, check, clean_name, sha256_of, true_content_type
from ticketing_testing.hostile_files import COMPOUND, ODT, PDF, WORD, archive, picture

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
BOX = b"\x00\x00\x00\x18ftyp"
# What help desks get daily.
DAILY = {
    "utf-16.txt": "Grüße\r\n".encode("utf-16"),
    "windows-1252.csv": "Müller;10 €\r\n".encode("windows-1252"),
    "cp850.log": "Über\r\n\x1a".encode("cp850"),
    "shift-jis.txt": "プリンター".encode("shift-jis"),
    "empty-lines.txt": b"\r\n",
    "mail.eml": b"From: noor@example.com\r\nSubject: Laptop\r\n\r\nIt stays dark.\r\n",
    "mail.msg": COMPOUND,
    "old.doc": COMPOUND,
    "old.xls": COMPOUND,
    "phone.heic": BOX + b"heic\x00\x00\x00\x00mif1heic" + bytes(40),
    "phone2.heic": BOX + b"mif1\x00\x00\x00\x00mif1heic" + bytes(40),
    "browser.jfif": picture("JPEG"),
    "network.har": b'{"log": {}}',
    "config.json": b"\xef\xbb\xbf{}",
    "config.xml": "<a/>".encode("utf-16"),
    "scan.tif": picture("TIFF"),
    "scan.tiff": picture("TIFF"),
    "logs.gz": gzip.compress(b"words"),
    "screen.mp4": BOX + b"isom\x00\x00\x02\x00isomiso2avc1mp41" + bytes(40),
    "screen.mov": BOX + b"qt  \x00\x00\x02\x00qt  " + bytes(40),
    "camera.mov": b"\x00\x00\x00\x08wide" + bytes(40),
    "screen.webm": b"\x1a\x45\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webm" + bytes(40),
    "scanner.pdf": b"\x00" * 1000 + PDF,
    "windows.docx": archive({name.replace("/", "\\"): content for name, content in WORD.items()}),
}


@pytest.mark.parametrize("name", DAILY)
def test_takes_what_help_desks_get_daily(name: str) -> None:
    file = SimpleUploadedFile(name, DAILY[name])

    assert true_content_type(file, name) == CONTENT_TYPES[name.rpartition(".")[2]]


@pytest.mark.parametrize("name", [name for name in DAILY if not name.endswith((".txt", ".csv", ".log"))])
def test_a_kind_with_a_content_of_its_own_takes_no_other(name: str) -> None:
    with pytest.raises(Unacceptable):
        true_content_type(SimpleUploadedFile(name, b"MZ\x90\x00" + bytes(2000)), name)


class TestLimits:
    """A harmless picture against small limits."""

    def test_a_check_that_takes_too_much_time_is_refused(self, settings: Settings) -> None:
        settings.UPLOAD_CPU_SECONDS = 0.02
        content = picture("TIFF", (5000, 5000), compression="tiff_lzw")

        with pytest.raises(Unacceptable, match="too much time or memory"):
            true_content_type(SimpleUploadedFile("a.tif", content), "a.tif")

    def test_a_check_that_takes_too_much_memory_is_refused(self, settings: Settings) -> None:
        content = picture("TIFF", (6000, 6000), compression="tiff_lzw")
        settings.UPLOAD_MEMORY_MIB = 128

        with pytest.raises(Unacceptable, match="too much time or memory"):
            true_content_type(SimpleUploadedFile("a.tif", content), "a.tif")

    def test_the_same_pictures_are_taken_within_the_usual_limits(self) -> None:
        content = picture("TIFF", (6000, 6000), compression="tiff_lzw")

        assert true_content_type(SimpleUploadedFile("a.tif", content), "a.tif") == "image/tiff"


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


@examples(max_examples=300)
@given(name=st.sampled_from(sorted(WHOLE)), data=st.data())
def test_damaged_files_are_judged_and_break_nothing(name: str, data: st.DataObject) -> None:
    content = bytearray(WHOLE[name])
    for position in data.draw(st.lists(st.integers(0, len(content) - 1), max_size=8)):
        content[position] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(1, len(content)))
    file = SimpleUploadedFile(name, bytes(content[:cut]))
    try:
        check(file, name[2:])  # in this process, for speed
        verdict = CONTENT_TYPES[name[2:]]
    except Unacceptable as refusal:
        verdict = str(refusal)
    assert verdict == CONTENT_TYPES[name[2:]] or verdict.endswith(".")


@given(st.text(max_size=400))
def test_a_clean_name_can_be_shown_and_stored(name: str) -> None:
    clean = clean_name(name)

    assert 0 < len(clean) <= 201
    assert clean.isprintable()
    assert not set(clean) & set('/\\"<>|:*?')
    assert clean_name(clean) == clean
    assert not clean.startswith(".")
