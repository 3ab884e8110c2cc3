"""The process that opens a foreign document: limits first, then bytes from stdin.

It answers with a line of JSON and the bytes that may be kept. Images are drawn anew, so that
nothing of the file but its picture is left.
"""

from __future__ import annotations

import io
import json
import sys

from workers.sheets.child import limit

LONGEST_SIDE = 3200
MOST_PIXELS = 50_000_000
MOST_PAGES = 50
FORBIDDEN = ("/JavaScript", "/JS", "/Launch", "/EmbeddedFiles", "/RichMedia", "/XFA")
"""Names in a PDF that stand for something that runs or hides."""


class RefusedError(Exception):
    """The document is refused; the message is the code of the reason."""


def kind_of(data: bytes) -> str:
    """The media type that the first bytes tell."""
    if data.startswith(b"%PDF-"):
        return "application/pdf"
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    raise RefusedError("type")


def image(data: bytes, media_type: str) -> tuple[dict[str, int], bytes]:
    """The picture drawn anew, upright and at most ``LONGEST_SIDE``, without any of its metadata."""
    from PIL import Image, ImageOps  # noqa: PLC0415  under the limits

    name = "JPEG" if media_type == "image/jpeg" else "PNG"
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    with Image.open(io.BytesIO(data), formats=[name]) as opened:
        if opened.width * opened.height > MOST_PIXELS:
            raise RefusedError("pixels")
        upright = ImageOps.exif_transpose(opened)
        upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        plain = Image.new("RGB", upright.size, "white")
        has_alpha = upright.mode in {"RGBA", "LA", "PA"} or "transparency" in upright.info
        shown = upright.convert("RGBA") if has_alpha else upright.convert("RGB")
        plain.paste(shown, mask=shown if has_alpha else None)
    out = io.BytesIO()
    plain.save(out, name, **({"quality": 88} if name == "JPEG" else {"optimize": True}))
    return {"width": plain.width, "height": plain.height}, out.getvalue()


def pdf(data: bytes) -> tuple[dict[str, int], bytes]:
    """The document as it is, if it opens and nothing in it runs."""
    from pypdf import PdfReader  # noqa: PLC0415  under the limits
    from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject  # noqa: PLC0415

    reader = PdfReader(io.BytesIO(data), strict=False)
    if reader.is_encrypted:
        raise RefusedError("locked")
    pages = len(reader.pages)
    if not 1 <= pages <= MOST_PAGES:
        raise RefusedError("pages")
    seen: set[tuple[int, int]] = set()
    left: list[object] = [reader.trailer]
    while left:
        one = left.pop()
        if isinstance(one, IndirectObject):
            key = (one.idnum, one.generation)
            if key in seen:
                continue
            seen.add(key)
            one = one.get_object()
        if isinstance(one, DictionaryObject):
            if any(name in one for name in FORBIDDEN) or one.get("/S") in {
                "/JavaScript",
                "/Launch",
            }:
                raise RefusedError("active")
            left.extend(one.raw_get(name) for name in one)
        elif isinstance(one, ArrayObject):
            left.extend(list.__iter__(one))
    return {"pages": pages}, data


def work(data: bytes) -> tuple[dict[str, object], bytes]:
    """What is kept of a document, and what it is."""
    media_type = kind_of(data)
    facts, kept = pdf(data) if media_type == "application/pdf" else image(data, media_type)
    return {"media_type": media_type, **facts}, kept


def main() -> None:
    """Read a document from stdin; write a line of JSON and the cleaned bytes."""
    limit()
    try:
        facts, kept = work(sys.stdin.buffer.read())
    except RefusedError as error:
        facts, kept = {"refused": str(error)}, b""
    except MemoryError:
        facts, kept = {"refused": "too_heavy"}, b""
    except Exception:  # noqa: BLE001  whatever a hostile file does, the parent hears one word
        facts, kept = {"refused": "unreadable"}, b""
    sys.stdout.buffer.write(json.dumps(facts).encode() + b"\n" + kept)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
