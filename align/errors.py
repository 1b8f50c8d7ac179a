"""What `align` raises when a request cannot be carried out.

    AlignError              everything below; its message is fit to show to the user
    ├── InputError          a path or a text that cannot be read as asked
    ├── EncoderError        an encoder that cannot be had or does not load
    ├── CacheError          a cache that cannot be shown or emptied
    ├── EngineError         workers that cannot be had, or that are lost
    ├── FormatError         a format that is unknown, or a file that breaks its format
    └── OutputError         a result that cannot be written where it was asked for

A message says where, what was found, what was expected and what to do. The library
raises; only the command line prints and exits. `CacheWarning` is no error: a cache that
cannot be used costs time and nothing else.
"""

from __future__ import annotations

__all__ = [
    "AlignError",
    "CacheError",
    "CacheWarning",
    "EncoderError",
    "EngineError",
    "FormatError",
    "InputError",
    "OutputError",
]


class AlignError(Exception):
    """The base of every error that `align` raises on purpose."""


class InputError(AlignError):
    """A path or a text cannot be read as asked."""


class EncoderError(AlignError):
    """An encoder cannot be had, or its files do not load."""


class CacheError(AlignError):
    """The cache of vectors cannot be shown or emptied."""


class EngineError(AlignError):
    """Workers cannot be had, or are lost in the middle of their work."""


class CacheWarning(UserWarning):
    """The cache of vectors cannot be used; the work goes on without it."""


class FormatError(AlignError):
    """A format is not known, or a file breaks the format it claims."""


class OutputError(AlignError):
    """A result cannot be written where it was asked for."""
