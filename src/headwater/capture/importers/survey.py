"""The first reading of a file: is it text, in which encoding, and what is its fingerprint.

It reads the whole file once, before anything is loaded, so a cut-off archive or a second
encoding further down is found before the first fact is written.
"""

from __future__ import annotations

import codecs
import gzip
import re
import zlib
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import BinaryIO, Final

from headwater.domain.errors import InputError

_BLOCK: Final = 1 << 20
_HEAD: Final = 8_192
_STRAY_CONTROLS: Final = 2  # as many control characters, at most, make no file a binary one

GZIP: Final = b"\x1f\x8b"
PARQUET: Final = b"PAR1"
ZIP: Final = b"PK\x03\x04"

_FOREIGN: Final = {
    b"%PDF": "a PDF document",
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"GIF8": "a GIF picture",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook (.xls) or one locked by a password",
    b"SQLite format 3": "an SQLite database",
    b"\x7fELF": "a program",
    b"MZ\x90": "a program",
    b"7z\xbc\xaf": "a 7z archive",
    b"BZh": "a bzip2 archive",
    b"\xfd7zXZ": "an xz archive",
    b"\x28\xb5\x2f\xfd": "a zstd archive",
}
_CONTROL: Final = bytes(set(range(32)) - set(b"\t\n\r\x0b\x0c\x1a\x1b")) + b"\x7f"
_HIGH: Final = bytes(range(0x80, 0x100))
_UTF8_SEQUENCE: Final = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
_CYRILLIC_RUN: Final = re.compile(rb"[\xa8\xb8\xc0-\xff]{2,}")


@dataclass(frozen=True, slots=True)
class Survey:
    """What the first reading found.

    `digest` is of the content (decompressed). `encoding` is None for XLSX and Parquet.
    `errors` is the decoder's way with bytes that do not fit; `note` tells the user of a guess.
    """

    path: Path
    digest: str
    head: bytes
    is_gzip: bool
    encoding: str | None
    errors: str = "strict"
    note: str | None = None


def survey(path: Path, encoding: str | None = None) -> Survey:
    """Read `path` once and say how to read it again; InputError if it cannot be used.

    `encoding` is what the user says it is; None to find out.
    """
    is_gzip = _check_and_peek(path, len(GZIP)) == GZIP
    try:
        with path.open("rb") as raw:
            stream = gzip.GzipFile(fileobj=raw) if is_gzip else raw
            head, digest, census = _read_through(stream)
    except (EOFError, gzip.BadGzipFile, zlib.error) as failure:
        raise InputError(
            f"{path}: the compressed file is damaged or cut off ({failure}). Copy it again."
        ) from failure
    except OSError as failure:
        raise InputError(f"{path}: cannot be read ({failure.strerror}).") from failure
    if not head.strip():
        raise InputError(f"{path}: the file is empty; nothing was imported.")
    if head.startswith((PARQUET, ZIP)):
        return Survey(path, digest, head, is_gzip, encoding=None)
    if encoding is not None:
        return Survey(path, digest, head, is_gzip, encoding, "surrogateescape")
    found, errors, note = _encoding(path, head, census)
    return Survey(path, digest, head, is_gzip, found, errors, note)


def _check_and_peek(path: Path, length: int) -> bytes:
    try:
        if path.is_dir():
            raise InputError(f"{path}: is a directory; name one file in it.")
        if not path.exists():
            raise InputError(f"{path}: there is no such file.")
        if not path.is_file():
            raise InputError(f"{path}: is not a regular file; copy its content to one first.")
        with path.open("rb") as stream:
            return stream.read(length)
    except OSError as failure:
        raise InputError(f"{path}: cannot be read ({failure.strerror}).") from failure


@dataclass(slots=True)
class _Census:
    """Counts of the bytes above ASCII, by what they could be part of."""

    decoder: codecs.IncrementalDecoder = field(
        default_factory=codecs.getincrementaldecoder("utf-8")
    )
    is_utf8: bool = True
    high: int = 0
    in_utf8: int = 0
    in_cyrillic_runs: int = 0

    def add(self, block: bytes) -> None:
        if block.isascii() and not self.decoder.getstate()[0]:
            return
        self.high += len(block) - len(block.translate(None, _HIGH))
        self.in_utf8 += sum(map(len, _UTF8_SEQUENCE.findall(block)))
        self.in_cyrillic_runs += sum(map(len, _CYRILLIC_RUN.findall(block)))
        self.decode(block)

    def decode(self, block: bytes, *, final: bool = False) -> None:
        if self.is_utf8:
            try:
                self.decoder.decode(block, final)
            except UnicodeDecodeError:
                self.is_utf8 = False
                self.decoder.reset()


def _read_through(stream: BinaryIO | gzip.GzipFile) -> tuple[bytes, str, _Census]:
    head, hasher, census = b"", blake2b(digest_size=16), _Census()
    while block := stream.read(_BLOCK):
        head = head or block[:_HEAD]
        hasher.update(block)
        census.add(block)
    census.decode(b"", final=True)
    return head, hasher.hexdigest(), census


def _encoding(path: Path, head: bytes, census: _Census) -> tuple[str, str, str | None]:
    for magic, what in _FOREIGN.items():
        if head.startswith(magic):
            raise InputError(f"{path}: this is {what}, not a table. {_USABLE}")
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16", "backslashreplace", None
    unmarked = _utf16_without_mark(head)
    if unmarked is not None:
        return unmarked, "backslashreplace", None
    control = len(head) - len(head.translate(None, _CONTROL))
    if control > max(len(head) // 100, _STRAY_CONTROLS):
        raise InputError(f"{path}: this is a binary file, not a table. {_USABLE}")
    if census.is_utf8:
        return "utf-8-sig", "strict", None
    if census.in_utf8 * 2 > census.high:
        note = (
            "The file is UTF-8 with some damaged characters; rows that use them are rejected."
        )
        return "utf-8-sig", "surrogateescape", note
    is_cyrillic = census.in_cyrillic_runs * 2 > census.high
    guess = "cp1251" if is_cyrillic else "cp1252"
    note = (
        f"The file is not UTF-8; it was read as {guess}. If letters look wrong, say what it is "
        "with [file] encoding in the mapping file."
    )
    return guess, "backslashreplace", note


_USABLE: Final = "Export the data as CSV, XLSX, JSON lines or Parquet and import that."


def _utf16_without_mark(head: bytes) -> str | None:
    half = len(head) // 2
    if head[1::2].count(0) > half * 0.6:
        return "utf-16-le"
    if head[0::2].count(0) > half * 0.6:
        return "utf-16-be"
    return None
