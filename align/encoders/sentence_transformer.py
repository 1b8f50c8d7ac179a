"""Any sentence-transformers model, from a folder or from the model hub, behind `Encoder`.

Only weights in safetensors are read and no code that comes with a model is run: a model
is data, and a pickle or a script is a program of whoever uploaded it.
"""

from __future__ import annotations

import json
import logging
import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, TypeVar

import numpy as np
from safetensors import safe_open

from align.encoders import ENCODERS, Progress, Vectors
from align.encoders.fingerprint import fingerprint
from align.errors import EncoderError
from align.text.clean import without_surrogates

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

__all__ = ["SentenceTransformerEncoder"]

_Kind = TypeVar("_Kind", list[object], dict[str, dict[str, str]])

CHUNK = 512
"""Sentences between two calls of `progress`; sentence-transformers sorts by length inside
each. Chosen by hand: a few seconds of a small transformer on a laptop."""

TIMEOUT = 10.0
"""Seconds to wait for the hub's first answer. Chosen by hand."""

DOWNLOADED = ["*.json", "*.safetensors", "*.txt", "*.model"]
"""What a model needs: configuration, weights, vocabulary. Not the same weights again for
other engines, and nothing that can run."""

EDGE = 64
"""Bytes read at either end of a file to see whether it is whole. Chosen by hand."""

PICKLES = ("pytorch_model*.bin", "model*.bin", "*.ckpt", "*.pt", "*.pth")


class SentenceTransformerEncoder:
    """A sentence-transformers model with unit rows, and zeros where there is no text.

    Every model but those of the e5 family gets its sentences as they are, or with the
    default prompt of its own configuration. The e5 models were trained with a prefix, which
    older copies of them do not name: they get it on both sides (see `prompt_for`).
    A transformer reads the first `max_seq_length` pieces of a sentence, often 512.

    The model is found and looked over at once, and loaded when it is first needed: that
    takes seconds, which an encoder whose vectors are all kept already need not spend.
    """

    cached: ClassVar[bool] = True
    languages: ClassVar[tuple[str, ...]] = ()
    use: ClassVar[str] = "a model of your choice; read its card first"

    def __init__(self, name_or_path: str, *, device: str | None = None, batch_size: int | None = None) -> None:
        """
        :param name_or_path: a folder; ``owner/model`` on the hub, or ``model`` alone for one of
            the owner sentence-transformers; ``owner/model@revision`` for one revision of it
        :param device: None takes the best there is
        :param batch_size: sentences that go through the model at once; None leaves it to
            sentence-transformers
        :raises EncoderError: if it cannot be had; `encode` and `dim` raise it if the model does
            not load after all
        """
        self.name = name_or_path
        self.folder = _folder(name_or_path)
        _look_over(name_or_path, self.folder)
        settings = _settings(name_or_path, self.folder / "config_sentence_transformers.json", dict)
        self._prompt = prompt_for(name_or_path, settings.get("prompts") or {})
        self._device = device
        self._batch_size = batch_size

    @cached_property
    def fingerprint(self) -> str:
        """Of the model's files and of what is put before each sentence."""
        return fingerprint(self.folder, DOWNLOADED, [self._prompt])

    @cached_property
    def dim(self) -> int:
        """The width of a vector."""
        with _quiet():
            # measured: the method that tells the width has changed its name between versions
            return int(self._rows(["a"]).shape[1])

    def encode(self, sentences: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        """See `align.encoders.Encoder.encode`."""
        vectors = np.zeros((len(sentences), self.dim), np.float32)
        size = max(CHUNK, self._batch_size or 0)
        for start in range(0, len(sentences), size):
            chunk = [without_surrogates(sentence) for sentence in sentences[start : start + size]]
            filled = [row for row, sentence in enumerate(chunk) if sentence.strip()]
            if filled:
                vectors[[start + row for row in filled]] = self._rows([chunk[row] for row in filled])
            if progress is not None:
                progress(start + len(chunk), len(sentences))
        return vectors

    @cached_property
    def _model(self) -> SentenceTransformer:
        with _quiet():
            return _loaded(self.name, self.folder, self._device)

    def _rows(self, sentences: list[str]) -> Vectors:
        model = self._model
        size = {} if self._batch_size is None else {"batch_size": self._batch_size}
        try:
            rows = model.encode(sentences, prompt=self._prompt, show_progress_bar=False, convert_to_numpy=True, **size)
        except RuntimeError as error:  # torch's, such as a device without enough memory
            raise EncoderError(
                f"{self.name}: it failed on {len(sentences)} sentences ({_first_line(error)}); "
                "a smaller batch size needs less memory"
            ) from error
        rows = np.asarray(rows, np.float32)
        # scaled here and not by the model: a half-precision unit row is off by a thousandth,
        # and half precision turns a row of zeros into NaN
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        unit: Vectors = np.divide(rows, lengths, out=np.zeros_like(rows), where=lengths > 0)
        return unit


def prompt_for(name: str, prompts: dict[str, str]) -> str | None:
    """What stands before each sentence of either language; None leaves it to the model.

    A translation is the same kind of text as its source, so both sides get one prefix
    (the e5 model cards: "query: " on both sides for symmetric tasks such as bitext mining;
    the instruct models state the task instead).

    >>> prompt_for("intfloat/multilingual-e5-small", {})
    'query: '
    >>> prompt_for("intfloat/multilingual-e5-large-instruct", {})
    'Instruct: Retrieve parallel sentences.\\nQuery: '
    >>> prompt_for("LaBSE", {}) is None
    True
    """
    model = name.rstrip("/\\").replace("\\", "/").rsplit("/", 1)[-1].lower()
    if not re.search(r"(^|[-_])e5([-_]|$)", model):
        return None
    if "instruct" in model:
        return "Instruct: Retrieve parallel sentences.\nQuery: "
    return prompts.get("query") or "query: "


def _folder(name: str) -> Path:
    """The folder that holds the model: the one named, one in the hub's cache, or a download."""
    if name and Path(name).is_dir():
        return Path(name)
    if name.startswith((".", "/", "~", "\\")) or name.count("/") > 1 + name.count("@refs/pr/") * 2:
        raise EncoderError(f"{name}: there is no such folder; {_known()}")
    with _quiet():
        return _from_hub(name)


def _from_hub(name: str) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError

    repository, _, revision = name.partition("@")
    repository = repository if "/" in repository else f"sentence-transformers/{repository}"
    try:
        cached = Path(snapshot_download(repository, revision=revision or None, local_files_only=True))
        if any(cached.rglob("*.safetensors")):
            return cached
    except HFValidationError as error:
        raise EncoderError(f"{name!r} is neither a folder nor a name on the model hub; {_known()}") from error
    except OSError:  # not in the cache
        pass
    return _download(name, repository, revision or None)


def _download(name: str, repository: str, revision: str | None) -> Path:
    from huggingface_hub import HfApi, snapshot_download
    from huggingface_hub.errors import GatedRepoError, RepositoryNotFoundError, RevisionNotFoundError

    try:
        # one question first, without retries: a missing network or name shows at once
        HfApi().model_info(repository, revision=revision, timeout=TIMEOUT)
        return Path(snapshot_download(repository, revision=revision, allow_patterns=DOWNLOADED, etag_timeout=TIMEOUT))
    except GatedRepoError as error:
        raise EncoderError(
            f"{name}: its owner asks you to accept terms on the model hub and to log in first"
        ) from error
    except (RepositoryNotFoundError, RevisionNotFoundError) as error:
        raise EncoderError(f"{name}: there is no such folder and no such model on the hub; {_known()}") from error
    except Exception as error:
        raise EncoderError(
            f"{name}: there is no such folder, and the model hub cannot be reached ({type(error).__name__}); "
            f"check the name and the network, or give a folder; {_known()}"
        ) from error


def _look_over(name: str, folder: Path) -> None:
    """Raise where it shows without loading that a folder holds no encoder that may be loaded."""
    if not (folder / "modules.json").is_file() and not (folder / "config.json").is_file():
        raise EncoderError(f"{name}: found neither modules.json nor config.json, so this is no encoder; {_known()}")
    _refuse_pickles(name, folder)
    for module in _settings(name, folder / "modules.json", list):
        if not (isinstance(module, dict) and str(module.get("type")).startswith("sentence_transformers.")):
            raise _needs_code(name)
    for weights in folder.rglob("*.safetensors"):
        try:
            with safe_open(weights, framework="numpy"):  # reads where the weights stand, not the weights
                pass
        except Exception as error:  # safetensors raises nothing narrower
            raise _unloadable(name, error) from error
    for tokenizer in folder.rglob("tokenizer.json"):
        try:
            whole = _is_whole(tokenizer)
        except OSError as error:
            raise _unloadable(name, f"{tokenizer.name}: {error.strerror}") from error
        if not whole:
            raise _unloadable(name, f"{tokenizer.name} is damaged")


def _settings(name: str, path: Path, kind: type[_Kind]) -> _Kind:
    """What a JSON file holds; an empty list or dict if there is no such file."""
    try:
        found = json.loads(path.read_bytes()) if path.is_file() else kind()
    except (OSError, ValueError) as error:
        raise _unloadable(name, f"{path.name}: {error}") from error
    if not isinstance(found, kind):
        raise _unloadable(name, f"{path.name} holds no {kind.__name__}")
    return found


def _is_whole(path: Path) -> bool:
    """Whether a JSON object has its two ends; one of many megabytes is not parsed for that."""
    with path.open("rb") as file:
        start = file.read(EDGE).lstrip()
        file.seek(max(0, path.stat().st_size - EDGE))
        return start.startswith(b"{") and file.read().rstrip().endswith(b"}")


def _loaded(name: str, folder: Path, device: str | None) -> SentenceTransformer:
    from sentence_transformers import SentenceTransformer

    try:
        return SentenceTransformer(str(folder), device=device, trust_remote_code=False, local_files_only=True)
    except Exception as error:
        raise (_needs_code(name) if "trust_remote_code" in str(error) else _unloadable(name, error)) from error


def _needs_code(name: str) -> EncoderError:
    return EncoderError(f"{name}: it needs code of its own, which is not run here; {_known()}")


def _unloadable(name: str, reason: Exception | str) -> EncoderError:
    return EncoderError(
        f"{name}: it does not load as a sentence-transformers model ({_first_line(reason)}); {_known()}"
    )


def _first_line(reason: Exception | str) -> str:
    return (str(reason).strip() or type(reason).__name__).splitlines()[0]


def _refuse_pickles(name: str, folder: Path) -> None:
    """Raise where a module's weights are a pickle only; beside safetensors a pickle is not read."""
    for part in [folder, *(path for path in folder.iterdir() if path.is_dir())]:
        pickled = [path for pattern in PICKLES for path in part.glob(pattern)]
        if pickled and not any(part.glob("*.safetensors")):
            raise EncoderError(
                f"{name}: its weights are a pickle ({pickled[0].name}), which can run code; expected "
                f"model.safetensors: convert it, or name a revision that has it (owner/model@revision)"
            )
    if not any(folder.rglob("*.safetensors")):
        raise EncoderError(
            f"{name}: found no model.safetensors; weights in other formats are not read: convert it, "
            f"or name a revision that has it (owner/model@revision)"
        )


def _known() -> str:
    return f"encoders that need no download: {', '.join(sorted(ENCODERS))}"


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the libraries' warnings, logs and progress bars off standard error for a while."""
    from huggingface_hub.utils import are_progress_bars_disabled, disable_progress_bars, enable_progress_bars

    loggers = [logging.getLogger(name) for name in ("huggingface_hub", "sentence_transformers", "transformers")]
    levels = [logger.level for logger in loggers]
    bars = not are_progress_bars_disabled()
    disable_progress_bars()
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
        if bars:
            enable_progress_bars()
