package io.ruche.embedservice.engine.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.io.IOException;
import java.util.Map;
import java.util.Set;

/**
 * What a graph calls its inputs and its output.
 *
 * @param ids of the tokens
 * @param mask of the tokens that are there; left out for a graph without it
 * @param types of the tokens; left out for a graph without it
 */
record GraphNames(String ids, String mask, String types, String output) {

  /**
   * Holds the names against a graph; gives its output.
   *
   * @throws IOException naming what the graph has and what it must have
   */
  NodeInfo check(OrtSession session) throws OrtException, IOException {
    Map<String, NodeInfo> inputs = session.getInputInfo();
    if (!inputs.containsKey(ids)) {
      throw new IOException(
          "the graph has no input '" + ids + "' for token ids; it has " + inputs.keySet());
    }
    for (Map.Entry<String, NodeInfo> input : inputs.entrySet()) {
      if (!Set.of(ids, mask, types).contains(input.getKey())) {
        throw new IOException(
            "the graph wants an input '"
                + input.getKey()
                + "', which is none of "
                + ids
                + ", "
                + mask
                + " and "
                + types);
      }
      if (!(input.getValue().getInfo() instanceof TensorInfo tensor)
          || tensor.type != OnnxJavaType.INT64
          || tensor.getShape().length != 2) {
        throw new IOException(
            "the graph's input '" + input.getKey() + "' is not int64[batch, tokens]");
      }
    }
    NodeInfo found = session.getOutputInfo().get(output);
    if (found == null) {
      throw new IOException(
          "the graph has no output '" + output + "'; it has " + session.getOutputInfo().keySet());
    }
    int rank = found.getInfo() instanceof TensorInfo tensor ? tensor.getShape().length : 0;
    if (!Graph.isFloat(found) || rank < 2 || rank > 3) {
      throw new IOException(
          "the graph's output '"
              + output
              + "' is neither float[batch, tokens, width] nor float[batch, width]");
    }
    return found;
  }
}
