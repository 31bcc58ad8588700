"""Clips for tests: tones and not words, each of its own pitch, so that what is heard tells which clip it was.

Not here: any voice. A pack made of these is a placeholder, and says so.
"""

import math
import struct
from collections.abc import Mapping
from pathlib import Path

import msgspec

from hall_server import clips

RATE = 16_000


def tone(pitch: float, ms: int, loudness: float = 0.5, silence_ms: int = 0) -> bytes:
    """A WAV file of one tone, with so much silence before and after it."""
    count, quiet = RATE * ms // 1000, b"\0\0" * (RATE * silence_ms // 1000)
    samples = (round(loudness * 32767 * math.sin(2 * math.pi * pitch * n / RATE)) for n in range(count))
    data = quiet + b"".join(struct.pack("<h", sample) for sample in samples) + quiet
    head = struct.pack(
        "<4sI8sIHHIIHH4sI",
        *(b"RIFF", 36 + len(data), b"WAVEfmt ", 16, 1, 1, RATE, RATE * 2, 2, 16, b"data", len(data)),
    )
    return head + data


def pack_of_tones(data: Path, language: str, sounds: Mapping[str, tuple[float, int]]) -> None:
    """A pack in a data folder: for each key a tone of that pitch, so many ms long."""
    folder = data / "voice" / language
    folder.mkdir(parents=True, exist_ok=True)
    listed = {key: clips.Clip(f"{key}.wav", ms, placeholder=True) for key, (_, ms) in sounds.items()}
    for key, (pitch, ms) in sounds.items():
        (folder / listed[key].file).write_bytes(tone(pitch, ms))
    (folder / "pack.json").write_bytes(msgspec.json.encode(clips.Pack("tones", "woman", listed)))
