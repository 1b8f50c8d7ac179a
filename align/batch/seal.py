"""Files that know when they are damaged: the digest of what stands in them comes last, on a line of its own."""

from __future__ import annotations

import io
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["DamagedError", "array_in", "mapped", "sealed", "sealed_array", "unsealed"]


class DamagedError(Exception):
    """A file is not what was written.

    :ivar name: of the file in its store, if that is known
    """

    def __init__(self, name: str = "") -> None:
        super().__init__(name)
        self.name = name


def sealed(data: bytes) -> bytes:
    """Data with its digest."""
    return data + b"\n" + _digest(data)


def unsealed(data: bytes) -> bytes:
    """What was sealed.

    >>> unsealed(sealed(b"x"))
    b'x'

    :raises DamagedError: if the digest is not that of the data
    """
    body, _, digest = data.rpartition(b"\n")
    if digest != _digest(body):
        raise DamagedError
    return body


def _digest(data: bytes) -> bytes:
    return blake2b(data, digest_size=16).hexdigest().encode()


def sealed_array(array: NDArray[Any]) -> bytes:
    """An array as a file: numpy's own format, sealed."""
    stream = io.BytesIO()
    np.save(stream, array, allow_pickle=False)
    return sealed(stream.getvalue())


def array_in(data: bytes) -> NDArray[Any]:
    """The array that was sealed.

    :raises DamagedError: if the digest is not that of the data
    """
    array: NDArray[Any] = np.load(io.BytesIO(unsealed(data)), allow_pickle=False)
    return array


def mapped(path: str) -> NDArray[Any]:
    """The array in a file, read where it is used; what was sealed is not checked.

    :raises DamagedError: if it is no array
    """
    try:
        array: NDArray[Any] = np.load(path, mmap_mode="r", allow_pickle=False)
    except (ValueError, OSError, EOFError) as error:
        raise DamagedError from error
    return array
