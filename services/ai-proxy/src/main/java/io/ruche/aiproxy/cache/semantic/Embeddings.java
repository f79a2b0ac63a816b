package io.ruche.aiproxy.cache.semantic;

import io.ruche.aiproxy.cache.entry.Respite;
import io.ruche.aiproxy.routing.Provider;
import io.ruche.aiproxy.upstream.Dispatcher;
import io.ruche.aiproxy.upstream.Reader;
import io.ruche.aiproxy.upstream.Transfer;
import io.ruche.http.Failure;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Asks providers for the embedding of a text. A provider that fails is left alone for a while. */
public final class Embeddings {

  private static final int FAILURES = 3;
  private static final Duration RESPITE = Duration.ofSeconds(5);
  private static final int MOST_BYTES = 1 << 20;

  private final Vertx vertx;
  private final Map<String, Respite> respites = new ConcurrentHashMap<>();

  /** Asks nobody yet. */
  public Embeddings(Vertx vertx) {
    this.vertx = vertx;
  }

  /**
   * The embedding of a text, of length one; null when there is none to be had in time. Never fails;
   * completes on an event loop.
   */
  public Future<float @Nullable []> embed(
      Dispatcher dispatcher, Provider provider, SemanticConfig config, String text) {
    Respite respite =
        respites.computeIfAbsent(provider.name(), name -> new Respite(FAILURES, RESPITE));
    if (respite.lasts()) {
      return Future.succeededFuture();
    }
    Buffer body =
        new JsonObject()
            .put("model", config.model())
            .put("input", text)
            .put("encoding_format", "float")
            .toBuffer();
    One one = new One(respite);
    Context context = vertx.getOrCreateContext();
    context.runOnContext(v -> one.start(dispatcher, provider, body, config.timeout()));
    return one.promise.future();
  }

  /** One answer. Confined to the context that asks. */
  private final class One implements Reader {

    private final Promise<float @Nullable []> promise = Promise.promise();
    private final Respite respite;
    private final Buffer answer = Buffer.buffer();
    private @Nullable Transfer call;
    private int status;
    private long timer;

    One(Respite respite) {
      this.respite = respite;
    }

    void start(Dispatcher dispatcher, Provider provider, Buffer body, Duration within) {
      timer = vertx.setTimer(within.toMillis(), id -> giveUp());
      call = dispatcher.embeddings(provider, body, within, this);
    }

    private void giveUp() {
      if (call != null) {
        call.cancel();
      }
      finish(null);
    }

    private void finish(float @Nullable [] vector) {
      vertx.cancelTimer(timer);
      if (vector == null) {
        respite.failed();
      } else {
        respite.worked();
      }
      promise.tryComplete(vector);
    }

    @Override
    public void head(int code, MultiMap headers) {
      status = code;
    }

    @Override
    public void piece(Buffer bytes) {
      if (answer.length() + bytes.length() > MOST_BYTES) {
        giveUp();
      } else {
        answer.appendBuffer(bytes);
      }
    }

    @Override
    public void end() {
      finish(status == 200 ? read(answer) : null);
    }

    @Override
    public void failed(Failure failure) {
      finish(null);
    }
  }

  /** The vector in {@code data[0].embedding}; null when there is none. */
  static float @Nullable [] read(Buffer answer) {
    try {
      JsonArray data = new JsonObject(answer).getJsonArray("data");
      JsonArray numbers = data.getJsonObject(0).getJsonArray("embedding");
      float[] vector = new float[numbers.size()];
      for (int i = 0; i < vector.length; i++) {
        vector[i] = numbers.getFloat(i);
      }
      return Vectors.unit(vector);
    } catch (RuntimeException anythingElse) {
      // Whatever it is instead, it is no vector, and the model can be asked.
      return null;
    }
  }
}
