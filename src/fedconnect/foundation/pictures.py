"""Other people's pictures made again: only what is seen is kept, nothing of what a file can hide.

The result is a WebP of at most 1,600 pixels a side, of the first frame, without EXIF, place or profile.
"""

from __future__ import annotations

import io
import warnings

from PIL import Image, ImageOps, UnidentifiedImageError

from fedconnect.foundation.errors import Malformed

MAX_PIXELS = 40_000_000
MAX_SIDE = 1600
_FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "AVIF")


def remake(raw: bytes) -> bytes:
    """Return a picture made anew from its pixels.

    Raises:
        Malformed: no picture of a known kind, broken, or of more than 40 megapixels.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(raw), formats=_FORMATS) as opened:
                if opened.width * opened.height > MAX_PIXELS:
                    raise Malformed("a picture of too many pixels")
                opened.draft("RGB", (MAX_SIDE, MAX_SIDE))  # a JPEG need not be unpacked in full
                upright = ImageOps.exif_transpose(opened)
                seen = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
        seen.thumbnail((MAX_SIDE, MAX_SIDE))
        out = io.BytesIO()
        seen.save(out, "WEBP", quality=82, method=4)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, MemoryError, EOFError) as error:
        raise Malformed(f"no picture: {type(error).__name__}") from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Malformed("a picture of too many pixels") from error
    return out.getvalue()
