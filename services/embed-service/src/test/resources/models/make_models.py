"""Makes the small graphs of the tests: pip install onnx, then run this in its own folder.

embedder.onnx      float32; a row of a table for each token, and their mean
cross-encoder.onnx counts the tokens that two texts have in common
"""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

INPUTS = ["input_ids", "attention_mask", "token_type_ids"]


def sequence(name):
    return helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "tokens"])


def constant(name, values, kind):
    return numpy_helper.from_array(np.array(values, dtype=kind), name)


def save(name, nodes, inputs, outputs, constants):
    graph = helper.make_graph(nodes, name, inputs, outputs, constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 8
    onnx.checker.check_model(model)
    onnx.save(model, name + ".onnx")


def embedder():
    rows, width = 97, 16
    table = np.random.default_rng(7).standard_normal((rows, width)).astype(np.float32)
    nodes = [
        helper.make_node("Mod", ["input_ids", "rows"], ["row"]),
        helper.make_node("Gather", ["table", "row"], ["last_hidden_state"]),
        helper.make_node("ReduceMean", ["last_hidden_state"], ["sentence_embedding"], axes=[1], keepdims=0),
    ]
    outputs = [
        helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, ["batch", "tokens", width]),
        helper.make_tensor_value_info("sentence_embedding", TensorProto.FLOAT, ["batch", "open"]),
    ]
    save("embedder", nodes, [sequence(n) for n in INPUTS[:2]], outputs,
         [constant("rows", rows, np.int64), numpy_helper.from_array(table, "table")])


def cross_encoder():
    nodes = [
        helper.make_node("Unsqueeze", ["input_ids", "two"], ["down"]),
        helper.make_node("Unsqueeze", ["input_ids", "one"], ["across"]),
        helper.make_node("Equal", ["down", "across"], ["same"]),
        helper.make_node("Cast", ["same"], ["same_float"], to=TensorProto.FLOAT),
        helper.make_node("Cast", ["token_type_ids"], ["type"], to=TensorProto.FLOAT),
        helper.make_node("Sub", ["unit", "type"], ["other"]),
        helper.make_node("Unsqueeze", ["other", "two"], ["first"]),
        helper.make_node("Unsqueeze", ["type", "one"], ["second"]),
        helper.make_node("Mul", ["first", "second"], ["between"]),
        helper.make_node("Mul", ["same_float", "between"], ["common"]),
        helper.make_node("ReduceSum", ["common", "both"], ["shared"], keepdims=0),
        # The mark between the texts is one that both have.
        helper.make_node("Sub", ["shared", "three"], ["centred"]),
        helper.make_node("Unsqueeze", ["centred", "one"], ["logits"]),
    ]
    constants = [
        constant("one", [1], np.int64), constant("two", [2], np.int64), constant("both", [1, 2], np.int64),
        constant("unit", 1, np.float32), constant("three", 3, np.float32),
    ]
    output = helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", 1])
    save("cross-encoder", nodes, [sequence(n) for n in INPUTS], [output], constants)


embedder()
cross_encoder()
