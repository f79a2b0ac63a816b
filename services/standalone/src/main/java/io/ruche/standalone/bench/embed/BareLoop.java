package io.ruche.standalone.bench.embed;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * ONNX Runtime alone: token ids that are there already go in, and nothing is made of what comes
 * out. The session has the settings it comes with, but for the threads that spin.
 */
final class BareLoop implements AutoCloseable {

  private static final int MOST_TOKENS = 512;
  private static final int WIDTH = 384;

  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final List<OrtSession> sessions = new ArrayList<>();

  /**
   * Opens the model.
   *
   * @param sessions each used by one thread
   * @param threads of each session
   */
  BareLoop(Path model, int sessions, int threads) throws OrtException {
    for (int i = 0; i < sessions; i++) {
      try (SessionOptions options = new SessionOptions()) {
        options.setIntraOpNumThreads(threads);
        options.addConfigEntry("session.intra_op.allow_spinning", "0");
        this.sessions.add(environment.createSession(model.toString(), options));
      }
    }
  }

  /** Seconds that it takes, in batches of first come, each padded to its longest. */
  double seconds(List<long[]> ids, int batch) throws Exception {
    ConcurrentLinkedQueue<List<long[]>> batches = new ConcurrentLinkedQueue<>();
    for (int from = 0; from < ids.size(); from += batch) {
      batches.add(ids.subList(from, Math.min(ids.size(), from + batch)));
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(sessions.size())) {
      long began = System.nanoTime();
      List<Future<?>> ends = new ArrayList<>();
      for (OrtSession session : sessions) {
        ends.add(
            threads.submit(
                () -> {
                  Room room = new Room(batch);
                  for (List<long[]> next = batches.poll(); next != null; next = batches.poll()) {
                    run(session, room, next);
                  }
                  return null;
                }));
      }
      for (Future<?> end : ends) {
        end.get();
      }
      return (System.nanoTime() - began) / 1e9;
    }
  }

  /** What goes in and comes out. */
  private static final class Room {

    private final LongBuffer ids;
    private final LongBuffer mask;
    private final LongBuffer types;
    private final FloatBuffer rows;

    Room(int batch) {
      int tokens = batch * MOST_TOKENS;
      ids = bytes(tokens * Long.BYTES).asLongBuffer();
      mask = bytes(tokens * Long.BYTES).asLongBuffer();
      types = bytes(tokens * Long.BYTES).asLongBuffer();
      rows = bytes(tokens * WIDTH * Float.BYTES).asFloatBuffer();
    }

    private static ByteBuffer bytes(int count) {
      return ByteBuffer.allocateDirect(count).order(ByteOrder.nativeOrder());
    }
  }

  private void run(OrtSession session, Room room, List<long[]> batch) throws OrtException {
    int longest = batch.stream().mapToInt(ids -> ids.length).max().orElseThrow();
    for (int row = 0; row < batch.size(); row++) {
      long[] ids = batch.get(row);
      for (int i = 0; i < longest; i++) {
        room.ids.put(row * longest + i, i < ids.length ? ids[i] : 0);
        room.mask.put(row * longest + i, i < ids.length ? 1 : 0);
      }
    }
    int tokens = batch.size() * longest;
    long[] shape = {batch.size(), longest};
    try (OnnxTensor ids = OnnxTensor.createTensor(environment, room.ids.slice(0, tokens), shape);
        OnnxTensor mask = OnnxTensor.createTensor(environment, room.mask.slice(0, tokens), shape);
        OnnxTensor types =
            OnnxTensor.createTensor(environment, room.types.slice(0, tokens), shape);
        OnnxTensor rows =
            OnnxTensor.createTensor(
                environment,
                room.rows.slice(0, tokens * WIDTH),
                new long[] {batch.size(), longest, WIDTH});
        OrtSession.Result result =
            session.run(
                Map.of("input_ids", ids, "attention_mask", mask, "token_type_ids", types),
                Set.of(),
                Map.of("last_hidden_state", rows))) {
      if (result.size() != 1) {
        throw new IllegalStateException("one output was asked for");
      }
    }
  }

  @Override
  public void close() throws OrtException {
    for (OrtSession session : sessions) {
      session.close();
    }
  }
}
