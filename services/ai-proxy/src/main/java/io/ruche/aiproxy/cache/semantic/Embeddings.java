package io.ruche.aiproxy.cache.semantic;

import io.ruche.aiproxy.cache.entry.Respite;
import io.ruche.aiproxy.routing.Provider;
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
import java.util.Locale;
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

  /** How asking for an embedding ended. */
  public enum Result {
    OK,
    /** There was none, or not in time. */
    FAILED,
    /** The limits of who asks have no room for it. */
    REFUSED,
    /** The provider has just failed, and nobody was asked. */
    SKIPPED;

    /** As metrics spell it. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** What came of it. */
  public static final class Answer {

    private final Result result;
    private final float @Nullable [] vector;

    private Answer(Result result, float @Nullable [] vector) {
      this.result = result;
      this.vector = vector;
    }

    private static Answer without(Result result) {
      return new Answer(result, null);
    }

    /** How it ended. */
    public Result result() {
      return result;
    }

    /** The embedding, of length one; null unless the result is {@link Result#OK}. */
    public float @Nullable [] vector() {
      return vector;
    }
  }

  /** The embedding of a text. Never fails; completes on an event loop. */
  public Future<Answer> embed(
      EmbeddingCall call, Provider provider, SemanticConfig config, String text) {
    Respite respite =
        respites.computeIfAbsent(provider.name(), name -> new Respite(FAILURES, RESPITE));
    if (respite.lasts()) {
      return Future.succeededFuture(Answer.without(Result.SKIPPED));
    }
    Buffer body =
        new JsonObject()
            .put("model", provider.name() + "/" + config.model())
            .put("input", text)
            .put("encoding_format", "float")
            .toBuffer();
    One one = new One(respite);
    Context context = vertx.getOrCreateContext();
    context.runOnContext(v -> one.start(call, body, config.timeout()));
    return one.promise.future();
  }

  /** One answer. Confined to the context that asks. */
  private final class One implements Reader {

    private final Promise<Answer> promise = Promise.promise();
    private final Respite respite;
    private final Buffer answer = Buffer.buffer();
    private @Nullable Transfer transfer;
    private boolean over;
    private int status;
    private long timer;

    One(Respite respite) {
      this.respite = respite;
    }

    void start(EmbeddingCall call, Buffer body, Duration within) {
      timer = vertx.setTimer(within.toMillis(), id -> giveUp());
      call.send(body, this).onSuccess(this::sent).onFailure(this::refused);
    }

    /** It may have taken so long to be let in that nobody waits for it any more. */
    private void sent(Transfer begun) {
      transfer = begun;
      if (over) {
        begun.giveUp();
      }
    }

    private void refused(Throwable why) {
      if (!(why instanceof Failure)) {
        respite.failed();
      }
      finish(Answer.without(Result.REFUSED));
    }

    private void giveUp() {
      if (transfer != null) {
        transfer.giveUp();
      }
      answered(null);
    }

    private void answered(float @Nullable [] vector) {
      if (vector == null) {
        respite.failed();
        finish(Answer.without(Result.FAILED));
      } else {
        respite.worked();
        finish(new Answer(Result.OK, vector));
      }
    }

    private void finish(Answer told) {
      over = true;
      vertx.cancelTimer(timer);
      promise.tryComplete(told);
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
      answered(status == 200 ? read(answer) : null);
    }

    @Override
    public void failed(Failure failure) {
      answered(null);
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
