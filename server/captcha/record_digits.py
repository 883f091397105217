"""record_digits.py ESPEAK_NG OUT STAMP: the ten digits, spoken by espeak-ng, as OUT/LANGUAGE/VOICE/DIGIT.pcm.

A recording is signed 8 bit, 8 kHz, without silence at its ends, and as loud as it can be. The same version of espeak-ng
gives the same bytes.
"""

import array
import io
import math
import operator
import pathlib
import subprocess
import sys
import wave

RATE = 8000
WORDS = {
    "en": "zero one two three four five six seven eight nine",
    "es": "cero uno dos tres cuatro cinco seis siete ocho nueve",
}
VOICES = {"en": ("en-us+m3", "en-us+f2"), "es": ("es-419+m3", "es-419+f2")}
TAPS = 16  # of the low-pass on each side, in samples of the result
SILENCE = 0.03  # of the loudest sample


def spoken(voice: str, word: str) -> tuple[list[float], int]:
    """What espeak-ng says, and its rate."""
    said = subprocess.run(
        [sys.argv[1], "-v", voice, "-s", "135", "--stdout", word], check=True, capture_output=True
    ).stdout
    with wave.open(io.BytesIO(said)) as sound:
        assert sound.getsampwidth() == 2 and sound.getnchannels() == 1
        # Written to a pipe, the header does not know the length: everything that follows is sound.
        frames = sound.readframes(len(said))
        samples = array.array("h", frames[: len(frames) // 2 * 2])
        if sys.byteorder == "big":
            samples.byteswap()
        return [float(sample) for sample in samples], sound.getframerate()


def resampled(samples: list[float], rate: int) -> list[float]:
    """At RATE, by a windowed sinc that keeps what lies below 3.6 kHz."""
    common = math.gcd(rate, RATE)
    up, down = RATE // common, rate // common
    cut = 0.9 * RATE / rate
    reach = TAPS * rate // RATE

    def weight(x: float) -> float:
        window = 0.5 + 0.5 * math.cos(math.pi * x / (reach + 1))
        return window * (cut if x == 0 else math.sin(math.pi * cut * x) / (math.pi * x))

    # A sample of the result lies at one of `up` places between two of the source: each place has its own weights.
    weights = [[weight(j - place / up) for j in range(-reach, reach + 1)] for place in range(up)]
    padded = [0.0] * reach + samples + [0.0] * (reach + 1)
    result = []
    for i in range(len(samples) * up // down):
        whole, place = divmod(i * down, up)
        result.append(sum(map(operator.mul, padded[whole : whole + 2 * reach + 1], weights[place])))
    return result


def trimmed(samples: list[float]) -> list[float]:
    loudest = max(abs(sample) for sample in samples)
    loud = [i for i, sample in enumerate(samples) if abs(sample) > SILENCE * loudest]
    return [sample * 127 / loudest for sample in samples[loud[0] : loud[-1] + 1]]


def main() -> None:
    out = pathlib.Path(sys.argv[2])
    for language, words in WORDS.items():
        for number, voice in enumerate(VOICES[language]):
            folder = out / language / str(number)
            folder.mkdir(parents=True, exist_ok=True)
            for digit, word in enumerate(words.split()):
                samples = trimmed(resampled(*spoken(voice, word)))
                (folder / f"{digit}.pcm").write_bytes(array.array("b", [round(sample) for sample in samples]).tobytes())
    pathlib.Path(sys.argv[3]).touch()


main()
