package io.ruche.embedservice.engine.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.TensorInfo;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * An ONNX graph that is run for one sequence of tokens at a time, by the thread that asks: any
 * number of threads may, each of them on one core. Sequences are never padded to a common length,
 * and, since a quantized graph scales by the largest number in all it is given, the vector of a
 * text does not depend on the texts that happen to come with it.
 */
final class Graph implements AutoCloseable {

  private final OrtEnvironment environment = OnnxRuntime.environment();
  private final OrtSession session;
  private final GraphNames names;
  private final int rank;
  private final int width;
  private final ConcurrentLinkedQueue<Buffers> buffers = new ConcurrentLinkedQueue<>();

  private Graph(OrtSession session, GraphNames names) throws OrtException, IOException {
    this.session = session;
    this.names = names;
    NodeInfo output = names.check(session);
    long[] shape = ((TensorInfo) output.getInfo()).getShape();
    this.rank = shape.length;
    long told = shape[rank - 1];
    this.width = told > 0 ? Math.toIntExact(told) : measuredWidth();
  }

  /**
   * Opens a graph.
   *
   * @throws IOException saying what is wrong with the file
   */
  static Graph open(Path file, GraphNames names) throws IOException {
    try (SessionOptions options = options()) {
      OrtSession session = OnnxRuntime.environment().createSession(file.toString(), options);
      try {
        return new Graph(session, names);
      } catch (OrtException | IOException | RuntimeException e) {
        session.close();
        throw e;
      }
    } catch (OrtException e) {
      throw new IOException(
          "ONNX Runtime cannot open " + file.getFileName() + ": " + e.getMessage(), e);
    }
  }

  /**
   * One thread a run. The arena keeps the memory of the longest runs, and without it the process
   * was measured to take twice as much; the plan of a run's memory is kept by length, without which
   * short runs were measured to take half as long again.
   */
  static SessionOptions options() throws OrtException {
    SessionOptions options = new SessionOptions();
    options.setIntraOpNumThreads(1);
    options.setInterOpNumThreads(1);
    options.setOptimizationLevel(SessionOptions.OptLevel.ALL_OPT);
    options.setCPUArenaAllocator(true);
    options.setMemoryPatternOptimization(true);
    options.addConfigEntry("session.intra_op.allow_spinning", "0");
    return options;
  }

  /** 2 when there is one row for a sequence, 3 when there is one for each token. */
  int rank() {
    return rank;
  }

  /** How many numbers a row has. */
  int width() {
    return width;
  }

  /** Reads the rows of one run, which are gone afterwards. */
  interface Rows<T> {
    T read(FloatBuffer rows);
  }

  /**
   * Runs a sequence.
   *
   * @param ids of all tokens, marks included; at least one
   * @param secondFrom where the tokens of a second text begin; behind the last when there is none
   * @param secondType their type
   */
  <T> T run(long[] ids, int secondFrom, long secondType, Rows<T> reader) {
    Buffers own = buffers.poll();
    if (own == null) {
      own = new Buffers();
    }
    try {
      FloatBuffer rows = own.fill(ids, secondFrom, secondType, outputSize(ids.length));
      run(own, rows, ids.length);
      return reader.read(rows);
    } catch (OrtException e) {
      throw new IllegalStateException("the model could not be run: " + e.getMessage(), e);
    } finally {
      buffers.add(own);
    }
  }

  private int outputSize(int tokens) {
    return rank == 3 ? tokens * width : width;
  }

  private void run(Buffers own, FloatBuffer rows, int tokens) throws OrtException {
    long[] shape = {1, tokens};
    long[] outputShape = rank == 3 ? new long[] {1, tokens, width} : new long[] {1, width};
    try (OnnxTensor ids = OnnxTensor.createTensor(environment, own.ids(), shape);
        OnnxTensor mask = OnnxTensor.createTensor(environment, own.mask(), shape);
        OnnxTensor types = OnnxTensor.createTensor(environment, own.types(), shape);
        OnnxTensor output = OnnxTensor.createTensor(environment, rows, outputShape);
        OrtSession.Result result =
            session.run(inputs(ids, mask, types), Set.of(), Map.of(names.output(), output))) {
      if (result.size() != 1) {
        throw new IllegalStateException("one output was asked for, not " + result.size());
      }
    }
  }

  private Map<String, OnnxTensor> inputs(OnnxTensor ids, OnnxTensor mask, OnnxTensor types) {
    Map<String, OnnxTensor> inputs = HashMap.newHashMap(3);
    inputs.put(names.ids(), ids);
    if (session.getInputNames().contains(names.mask())) {
      inputs.put(names.mask(), mask);
    }
    if (session.getInputNames().contains(names.types())) {
      inputs.put(names.types(), types);
    }
    return inputs;
  }

  /** Of a graph that leaves the width of its rows open. */
  private int measuredWidth() throws OrtException, IOException {
    Buffers own = new Buffers();
    own.fill(new long[] {1, 1}, 2, 0, 0);
    long[] shape = {1, 2};
    try (OnnxTensor ids = OnnxTensor.createTensor(environment, own.ids(), shape);
        OnnxTensor mask = OnnxTensor.createTensor(environment, own.mask(), shape);
        OnnxTensor types = OnnxTensor.createTensor(environment, own.types(), shape);
        OrtSession.Result result = session.run(inputs(ids, mask, types), Set.of(names.output()))) {
      long[] found = ((TensorInfo) result.get(0).getInfo()).getShape();
      return Math.toIntExact(found[found.length - 1]);
    }
  }

  static boolean isFloat(NodeInfo node) {
    return node.getInfo() instanceof TensorInfo tensor && tensor.type == OnnxJavaType.FLOAT;
  }

  /** Only when nothing runs any more. */
  @Override
  public void close() {
    List.copyOf(buffers).forEach(buffers::remove);
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }
}
