"""tesseract_test.py SAMPLES: tesseract reads fewer than 5 of 100 pictures, however they are prepared for it.

A picture counts as read if any way of preparing it, in any page segmentation mode, gives all six digits. SAMPLES is
captcha_samples; pictures are always the same hundred.
"""

import os
import pathlib
import subprocess
import sys
import tempfile

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont, ImageOps

COUNT = 100
MOST_READ = 4
MODES = ("7", "6")  # one line; a block


def enlarged(picture):
    return picture.resize((picture.width * 3, picture.height * 3), Image.BICUBIC)


def two_toned(picture):
    return enlarged(picture.filter(ImageFilter.MedianFilter(3))).point(lambda grey: 255 if grey > 137 else 0)


def two_toned_by_place(picture):
    """Darker than its surroundings or not: shades and bands do not matter."""
    smooth = enlarged(picture.filter(ImageFilter.MedianFilter(3)))
    darker = ImageChops.subtract(smooth.filter(ImageFilter.BoxBlur(12)), smooth, 1, 128)
    return darker.point(lambda grey: 0 if grey > 138 else 255)


def thin_lines_gone(picture):
    return two_toned(picture.filter(ImageFilter.MedianFilter(3)).filter(ImageFilter.MaxFilter(3)))


def strokes_of_either_tone(picture):
    smooth = picture.filter(ImageFilter.MedianFilter(3))
    return enlarged(ImageOps.invert(ImageOps.autocontrast(ImageChops.difference(smooth.filter(ImageFilter.BoxBlur(15)), smooth))))


WAYS = (enlarged, two_toned, two_toned_by_place, thin_lines_gone, strokes_of_either_tone)


def read(pictures: list, mode: str, folder: pathlib.Path) -> list[str]:
    """The digits that tesseract finds on each picture."""
    paths = [folder / f"{i}.png" for i in range(len(pictures))]
    for picture, path in zip(pictures, paths):
        picture.save(path)
    listing = folder / "list.txt"
    listing.write_text("".join(f"{path}\n" for path in paths))
    out = tesseract(listing, mode)
    # On some pictures tesseract itself divides by zero and takes the whole list with it: then one after the other.
    pages = out.split("\f") if out is not None else [tesseract(path, mode) or "" for path in paths]
    assert len(pages) >= len(pictures), f"tesseract gave {len(pages)} pages for {len(pictures)} pictures"
    return ["".join(filter(str.isdigit, page)) for page in pages[: len(pictures)]]


def tesseract(file: pathlib.Path, mode: str) -> str | None:
    """What it prints; None where it was killed by a signal of its own making."""
    done = subprocess.run(
        ["tesseract", file, "-", "--psm", mode, "-c", "tessedit_char_whitelist=0123456789"],
        capture_output=True,
        text=True,
        env={**os.environ, "OMP_THREAD_LIMIT": "1"},
    )
    if done.returncode < 0:
        return None
    assert done.returncode == 0, done.stderr
    return done.stdout


def plain(code: str):
    """The same as printed digits: what tesseract must be able to read, or this test would show nothing."""
    picture = Image.new("L", (120, 30), 255)
    ImageDraw.Draw(picture).text((8, 8), code, fill=0, font=ImageFont.load_default())
    return picture


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        subprocess.run([sys.argv[1], "pictures", str(COUNT), folder / "drawn"], check=True)
        files = sorted((folder / "drawn").glob("*.png"))
        codes = [file.name[:6] for file in files]
        drawn = [Image.open(file).convert("L") for file in files]
        assert len(drawn) == COUNT and all(picture.size == (240, 80) for picture in drawn)

        printed = read([enlarged(plain(code)) for code in codes], "7", folder)
        good = sum(text == code for text, code in zip(printed, codes))
        print(f"printed digits: {good} of {COUNT} read")
        assert good > COUNT / 2, "tesseract does not read plain digits: the test is broken"

        found = set()
        for way in WAYS:
            prepared = [way(picture) for picture in drawn]
            for mode in MODES:
                texts = read(prepared, mode, folder)
                now = {file.name for file, code, text in zip(files, codes, texts) if text == code}
                print(f"{way.__name__}, --psm {mode}: {len(now)} of {COUNT} read")
                found |= now
        assert len(found) <= MOST_READ, f"tesseract read {sorted(found)}"


main()
