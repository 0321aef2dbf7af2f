"""Text that waits until what stands before it is known."""

from __future__ import annotations

import codecs
import zlib
from collections.abc import Iterator


class Held:
    """Pieces of text in their order; packed, for those of a report may be many times as large as all else in a run."""

    def __init__(self) -> None:
        self._packer, self._packed = zlib.compressobj(1), [b""]

    def add(self, text: str) -> None:
        if packed := self._packer.compress(text.encode("utf-8", "surrogatepass")):
            self._packed.append(packed)

    def pieces(self) -> Iterator[str]:
        """All of it, once."""
        unpacker, decoder = zlib.decompressobj(), codecs.getincrementaldecoder("utf-8")("surrogatepass")
        for packed in (*self._packed, self._packer.flush()):
            yield decoder.decode(unpacker.decompress(packed))
        yield decoder.decode(unpacker.flush(), final=True)
