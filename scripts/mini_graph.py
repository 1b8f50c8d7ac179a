"""The computation of `align/models/mini` as an onnx graph, without its weights.

The weights are named here and handed over at loading, by `align.encoders.mini`: the folder holds them
once, in the form that sentence-transformers reads.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

__all__ = ["graph"]

OPSET, IR = 20, 9
"""The first opset with Gelu; onnxruntime reads both from 1.17 on (its table of versions)."""

MICROSOFT = "com.microsoft"
MASKED = -10_000.0
"""Added to the score of a place that holds padding, as transformers does in half precision."""


def graph(config: Mapping[str, Any], outliers: Mapping[str, Sequence[int]]) -> bytes:
    """The graph: token numbers and their mask in, one unit row a sentence out.

    :param config: the model's config.json
    :param outliers: channels of a layer's input that are multiplied in single precision
    """
    made = _Graph(config, outliers)
    made.embed()
    layer = ""
    for number in range(config["num_hidden_layers"]):
        layer = made.layer(number)
    made.pool(layer)
    return made.serialized()


class _Graph:
    def __init__(self, config: Mapping[str, Any], outliers: Mapping[str, Sequence[int]]) -> None:
        self.width, self.inner = config["hidden_size"], config["intermediate_size"]
        self._heads, self._epsilon = config["num_attention_heads"], config["layer_norm_eps"]
        self._vocabulary, self._positions = config["vocab_size"], config["max_position_embeddings"]
        self._outliers = outliers
        self._nodes: list[onnx.NodeProto] = []
        self._constants: dict[str, onnx.TensorProto] = {}
        self._last = ""

    def embed(self) -> None:
        words = self._weight("words", [self._vocabulary, self.width])
        positions = self._weight("positions", [self._positions, self.width])
        self._node("Gather", [words, "input_ids"], "embeddings/words")
        self._node("Shape", ["input_ids"], "length", start=1, end=2)
        self._node("Slice", [positions, self._constant("first", [0]), "length"], "embeddings/positions")
        self._node("Add", ["embeddings/words", "embeddings/positions"], "embeddings/sum")
        self._last = self._norm("embeddings/sum", "embeddings.LayerNorm")
        self._node("Cast", ["attention_mask"], "mask", to=TensorProto.FLOAT)
        self._node("Sub", [self._constant("one", np.float32(1)), "mask"], "padding")
        self._node("Mul", ["padding", self._constant("masked", np.float32(MASKED))], "masked/scores")
        self._node("Unsqueeze", ["masked/scores", self._constant("axes", [1, 2])], "masked/all")

    def layer(self, number: int) -> str:
        name = f"encoder.layer.{number}"
        attended = self._attention(self._last, f"{name}.attention")
        added = self._node("Add", [attended, self._last], f"{name}.attention/added")
        middle = self._norm(added, f"{name}.attention.output.LayerNorm")
        widened = self._linear(middle, f"{name}.intermediate.dense", self.width, self.inner)
        active = self._node("Gelu", [widened], f"{name}/active")
        narrowed = self._linear(active, f"{name}.output.dense", self.inner, self.width)
        added = self._node("Add", [narrowed, middle], f"{name}/added")
        self._last = self._norm(added, f"{name}.output.LayerNorm")
        return self._last

    def pool(self, hidden: str) -> None:
        """The mean over the sentence, the dense layer, unit length."""
        lengths, across = self._constant("lengthwise", [1]), self._constant("across", [2])
        self._node("Unsqueeze", ["mask", across], "mask/column")
        self._node("Mul", [hidden, "mask/column"], "pool/real")
        self._node("ReduceSum", ["pool/real", lengths], "pool/sum", keepdims=0)
        self._node("ReduceSum", ["mask", lengths], "pool/count", keepdims=1)
        self._node("Div", ["pool/sum", "pool/count"], "pool/mean")
        self._node("MatMul", ["pool/mean", self._weight("dense.weight", [self.width, self.width])], "dense/product")
        self._node("Add", ["dense/product", self._weight("dense.bias", [self.width])], "dense/sum")
        self._node("ReduceL2", ["dense/sum", lengths], "dense/length", keepdims=1)
        self._node("Div", ["dense/sum", "dense/length"], "sentence_embedding")

    def _attention(self, hidden: str, name: str) -> str:
        heads, depth = self._heads, self.width // self._heads
        split, merge = self._constant("heads", [0, 0, heads, depth]), self._constant("merged", [0, 0, self.width])
        together = self._linear(hidden, f"{name}.self.qkv", self.width, 3 * self.width)
        parts = [f"{name}/{part}" for part in ("query", "key", "value")]
        self._node("Split", [together], *parts, axis=-1, num_outputs=3)
        turned = []
        for part, order in zip(parts, ([0, 2, 1, 3], [0, 2, 3, 1], [0, 2, 1, 3]), strict=True):
            self._node("Reshape", [part, split], f"{part}/heads")
            turned.append(self._node("Transpose", [f"{part}/heads"], f"{part}/turned", perm=order))
        query, key, value = turned
        scores = self._node("MatMul", [query, key], f"{name}/scores")
        scaled = self._node("Mul", [scores, self._constant("scale", np.float32(depth**-0.5))], f"{name}/scaled")
        masked = self._node("Add", [scaled, "masked/all"], f"{name}/masked")
        shares = self._node("Softmax", [masked], f"{name}/shares", axis=-1)
        mixed = self._node("MatMul", [shares, value], f"{name}/mixed")
        turned_back = self._node("Transpose", [mixed], f"{name}/turned", perm=[0, 2, 1, 3])
        merged = self._node("Reshape", [turned_back, merge], f"{name}/merged")
        return self._linear(merged, f"{name}.output.dense", self.width, self.width)

    def _linear(self, value: str, name: str, n_in: int, n_out: int) -> str:
        """A product of bytes, with the outlying channels taken out and multiplied by themselves."""
        inputs = [
            self._weight(f"{name}.weight", [n_in, n_out], TensorProto.INT8),
            self._weight(f"{name}.scale", [n_out]),
            "",
            self._weight(f"{name}.bias", [n_out]),
        ]
        if name not in self._outliers:
            return self._node("DynamicQuantizeMatMul", [value, *inputs], f"{name}/sum", domain=MICROSOFT)
        channels = np.array(self._outliers[name], np.int64)
        others = np.ones(n_in, np.float32)
        others[channels] = 0
        self._node("Gather", [value, self._constant(f"{name}.channels", channels)], f"{name}/outliers", axis=2)
        apart = self._weight(f"{name}.outliers", [len(channels), n_out])
        self._node("MatMul", [f"{name}/outliers", apart], f"{name}/apart")
        self._node("Mul", [value, self._constant(f"{name}.others", others)], f"{name}/others")
        self._node("DynamicQuantizeMatMul", [f"{name}/others", *inputs], f"{name}/product", domain=MICROSOFT)
        return self._node("Add", [f"{name}/product", f"{name}/apart"], f"{name}/sum")

    def _norm(self, value: str, name: str) -> str:
        weights = [self._weight(f"{name}.{part}", [self.width]) for part in ("weight", "bias")]
        return self._node("LayerNormalization", [value, *weights], f"{name}/out", axis=-1, epsilon=self._epsilon)

    def _node(self, kind: str, inputs: list[str], *outputs: str, **attributes: Any) -> str:
        self._nodes.append(helper.make_node(kind, inputs, list(outputs), name=outputs[0], **attributes))
        return outputs[0]

    def _constant(self, name: str, value: Any) -> str:
        self._constants[name] = numpy_helper.from_array(np.asarray(value), name)
        return name

    def _weight(self, name: str, shape: list[int], kind: int = TensorProto.FLOAT) -> str:
        tensor = onnx.TensorProto(name=name, data_type=kind, dims=shape, data_location=TensorProto.EXTERNAL)
        tensor.external_data.add(key="location", value="model.safetensors")
        self._constants[name] = tensor
        return name

    def serialized(self) -> bytes:
        inputs = [
            helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "length"])
            for name in ("input_ids", "attention_mask")
        ]
        outputs = [helper.make_tensor_value_info("sentence_embedding", TensorProto.FLOAT, ["batch", self.width])]
        made = helper.make_graph(self._nodes, "mini", inputs, outputs, list(self._constants.values()))
        opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(MICROSOFT, 1)]
        return helper.make_model(made, opset_imports=opsets, ir_version=IR).SerializeToString()
