"""Messages between the referee and its child processes: a JSON header and raw arrays, never pickle.

A frame is two big-endian lengths (header, body), the header, and the bytes of all arrays one after the other. The
header's key "arrays" lists dtype and shape of each. Runs on both sides, also on Python 2.7 and 3.7.
"""

import json
import struct

import numpy as np

LENGTHS = struct.Struct(">QQ")
LARGEST_FRAME = 1 << 28


def write(stream, header, arrays):
    """Sends one frame. Array references within `header` are indices into `arrays`."""
    arrays = [in_bytes(np.array(each, order="C")) for each in arrays]
    header = dict(header, arrays=[[each.dtype.str, list(each.shape)] for each in arrays])
    text = json.dumps(header).encode("utf-8")
    body = b"".join(each.tobytes() for each in arrays)
    stream.write(LENGTHS.pack(len(text), len(body)) + text + body)
    stream.flush()


def in_bytes(array):
    """An array of strings as the numbers of their bytes, along one more axis; any other as it is."""
    if array.dtype.kind not in "OSU":
        return array
    strings = array.astype("S")
    width = max(strings.dtype.itemsize, 1)
    return np.frombuffer(strings.tobytes().ljust(width, b"\0"), np.uint8).reshape(array.shape + (width,))


def read(stream):
    """The next frame as (header, arrays). Raises EOFError when the other side is gone."""
    sizes = LENGTHS.unpack(exactly(stream, LENGTHS.size))
    if max(sizes) > LARGEST_FRAME:
        raise EOFError("a frame of %d bytes" % max(sizes))
    header = json.loads(exactly(stream, sizes[0]).decode("utf-8"))
    body = exactly(stream, sizes[1])
    arrays, start = [], 0
    for name, shape in header.pop("arrays"):
        dtype = np.dtype(str(name))
        size = int(np.prod(shape, dtype=np.int64)) if shape else 1
        flat = np.frombuffer(body, dtype, size, start) if size else np.zeros(0, dtype)
        arrays.append(flat.reshape(shape))
        start += size * dtype.itemsize
    return header, arrays


def exactly(stream, size):
    data = b""
    while len(data) < size:
        more = stream.read(size - len(data))
        if not more:
            raise EOFError("the other side closed the connection")
        data += more
    return data
