"""Turn the picture on standard input into a small square WebP on standard output, with limits on CPU and memory.

A program of its own: `python picture_process.py EDGE MAX_PIXELS MAX_JPEG_PIXELS CPU_SECONDS MEMORY_MIB`. It ends
with 0, `NOT_A_PICTURE` or `TOO_MANY_PIXELS`; any other end means that a limit stopped it.
"""

import contextlib
import io
import resource
import sys
from typing import Any

NOT_A_PICTURE, TOO_MANY_PIXELS = 3, 4
FORMATS = ("JPEG", "PNG", "WEBP")


def main(edge: int, max_pixels: int, max_jpeg_pixels: int, cpu_seconds: int, memory_mib: int) -> int:
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_AS, (memory_mib * 2**20, memory_mib * 2**20))
    from PIL import Image, ImageOps  # after the limits, which count for loading it too

    Image.MAX_IMAGE_PIXELS = None  # the size is checked here, from the header
    content = sys.stdin.buffer.read()
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
            # The size stands in the header: a bomb is refused before it is unpacked.
            is_jpeg = picture.format == "JPEG"
            if picture.width * picture.height > (max_jpeg_pixels if is_jpeg else max_pixels):
                return TOO_MANY_PIXELS
            picture.draft("RGB", (2 * edge, 2 * edge))  # JPEG alone: decoded at an eighth of its size where that does
            upright: Image.Image = picture
            with contextlib.suppress(Exception):  # EXIF data of any kind: the picture stays as it lies
                upright = ImageOps.exif_transpose(picture)
            square = ImageOps.fit(on_white(upright), (edge, edge))
            out = io.BytesIO()
            square.save(out, "WEBP", quality=85)
    except MemoryError:
        return TOO_MANY_PIXELS
    except Exception:  # noqa: BLE001 -- whatever a decoder says of a file that is none
        return NOT_A_PICTURE
    sys.stdout.buffer.write(out.getvalue())
    return 0


def on_white(picture: Any) -> Any:
    """Return the picture in RGB, what is transparent in it on white."""
    from PIL import Image

    if picture.mode in {"RGBA", "LA", "PA", "La", "RGBa"} or "transparency" in picture.info:
        picture = picture.convert("RGBA")
        ground = Image.new("RGBA", picture.size, "white")
        ground.alpha_composite(picture)
        picture = ground
    return picture.convert("RGB")


if __name__ == "__main__":
    sys.exit(main(*(int(argument) for argument in sys.argv[1:])))
