"""Any sentence-transformers model, from a folder or from the model hub, behind `Encoder`.

Only weights in safetensors are read and no code that comes with a model is run: a model
is data, and a pickle or a script is a program of whoever uploaded it.
"""

from __future__ import annotations

import logging
import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from align.encoders import ENCODERS, Progress, Vectors
from align.errors import EncoderError
from align.text.clean import without_surrogates

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

__all__ = ["SentenceTransformerEncoder"]

CHUNK = 512
"""Sentences between two calls of `progress`; sentence-transformers sorts by length inside
each. Chosen by hand: a few seconds of a small transformer on a laptop."""

TIMEOUT = 10.0
"""Seconds to wait for the hub's first answer. Chosen by hand."""

DOWNLOADED = ["*.json", "*.safetensors", "*.txt", "*.model"]
"""What a model needs: configuration, weights, vocabulary. Not the same weights again for
other engines, and nothing that can run."""

PICKLES = ("pytorch_model*.bin", "model*.bin", "*.ckpt", "*.pt", "*.pth")


class SentenceTransformerEncoder:
    """A sentence-transformers model with unit rows, and zeros where there is no text.

    Every model but those of the e5 family gets its sentences as they are, or with the
    default prompt of its own configuration. The e5 models were trained with a prefix, which
    older copies of them do not name: they get it on both sides (see `prompt_for`).
    A transformer reads the first `max_seq_length` pieces of a sentence, often 512.
    """

    def __init__(self, name_or_path: str, *, device: str | None = None) -> None:
        """
        :param name_or_path: a folder; ``owner/model`` on the hub, or ``model`` alone for one of
            the owner sentence-transformers; ``owner/model@revision`` for one revision of it
        :param device: None takes the best there is
        :raises EncoderError: if it cannot be had or does not load
        """
        with _quiet():
            self._model = _loaded(name_or_path, _folder(name_or_path), device)
            self._prompt = prompt_for(name_or_path, self._model.prompts)
            # measured: the method that tells the width has changed its name between versions
            self._dim = int(self._rows(["a"]).shape[1])
        self.name = name_or_path

    @property
    def dim(self) -> int:
        """The width of a vector."""
        return self._dim

    def encode(self, sentences: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        """See `align.encoders.Encoder.encode`."""
        vectors = np.zeros((len(sentences), self.dim), np.float32)
        for start in range(0, len(sentences), CHUNK):
            chunk = [without_surrogates(sentence) for sentence in sentences[start : start + CHUNK]]
            filled = [row for row, sentence in enumerate(chunk) if sentence.strip()]
            if filled:
                vectors[[start + row for row in filled]] = self._rows([chunk[row] for row in filled])
            if progress is not None:
                progress(start + len(chunk), len(sentences))
        return vectors

    def _rows(self, sentences: list[str]) -> Vectors:
        rows = self._model.encode(sentences, prompt=self._prompt, show_progress_bar=False, convert_to_numpy=True)
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


def _loaded(name: str, folder: Path, device: str | None) -> SentenceTransformer:
    if not (folder / "modules.json").is_file() and not (folder / "config.json").is_file():
        raise EncoderError(f"{name}: found neither modules.json nor config.json, so this is no encoder; {_known()}")
    _refuse_pickles(name, folder)
    from sentence_transformers import SentenceTransformer

    try:
        return SentenceTransformer(str(folder), device=device, trust_remote_code=False, local_files_only=True)
    except Exception as error:
        if "trust_remote_code" in str(error):
            raise EncoderError(f"{name}: it needs code of its own, which is not run here; {_known()}") from error
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise EncoderError(
            f"{name}: it does not load as a sentence-transformers model ({reason}); {_known()}"
        ) from error


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
