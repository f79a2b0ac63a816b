package io.ruche.aiproxy.objects;

import io.ruche.aiproxy.upstream.Reader;
import io.ruche.aiproxy.upstream.Transfer;
import io.ruche.aiproxy.upstream.UpstreamFault;
import io.ruche.http.Failure;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Holds a provider's good answer until what it tells of is written down, and gives it on then.
 * Other answers pass. Confined to the context of the call.
 */
final class RecordingReader implements Reader, Transfer {

  private static final int MOST_BYTES = 1024 * 1024;

  private final Reader client;
  private final BooleanSupplier mustEnd;
  private final Function<JsonObject, Future<Void>> record;
  private final IntConsumer over;
  private final Buffer body = Buffer.buffer();
  private @Nullable Transfer call;
  private @Nullable MultiMap headers;
  private int status;
  private boolean left;
  private boolean ended;

  /**
   * A reader before its call.
   *
   * @param mustEnd whether the call goes on without its client, because the provider is about to
   *     make something
   * @param record writes down what a good answer tells of
   * @param over hears of the end, once: the status, or 0 when there was no whole answer
   */
  RecordingReader(
      Reader client,
      BooleanSupplier mustEnd,
      Function<JsonObject, Future<Void>> record,
      IntConsumer over) {
    this.client = client;
    this.mustEnd = mustEnd;
    this.record = record;
    this.over = over;
  }

  /** Makes the call. */
  Transfer begin(Function<Reader, Transfer> caller) {
    call = caller.apply(this);
    return this;
  }

  @Override
  public @Nullable String traceparent() {
    return client.traceparent();
  }

  @Override
  public void head(int code, MultiMap told) {
    status = code;
    headers = told;
    if (!good() && !left) {
      client.head(code, told);
    }
  }

  private boolean good() {
    return status >= 200 && status < 300;
  }

  @Override
  public void piece(Buffer bytes) {
    if (!good()) {
      if (!left) {
        client.piece(bytes);
      }
    } else if (body.length() + bytes.length() > MOST_BYTES) {
      stop();
      failed(unusable());
    } else {
      body.appendBuffer(bytes);
    }
  }

  @Override
  public void end() {
    if (!good()) {
      finish(status);
      if (!left) {
        client.end();
      }
      return;
    }
    JsonObject answer;
    try {
      answer = new JsonObject(body);
    } catch (DecodeException | ClassCastException e) {
      failed(unusable());
      return;
    }
    record.apply(answer).onSuccess(v -> giveOn()).onFailure(this::refuse);
  }

  private static Failure unusable() {
    return UpstreamFault.INVALID_REPLY.failure(
        "The provider did not answer with a JSON object of at most " + MOST_BYTES + " bytes.");
  }

  private void giveOn() {
    finish(status);
    MultiMap told = headers;
    if (!left && told != null) {
      client.head(status, told);
    }
    if (!left) {
      client.piece(body);
      client.end();
    }
  }

  private void refuse(Throwable cause) {
    failed(cause instanceof Failure known ? known : Failure.internal().withCause(cause));
  }

  @Override
  public void failed(Failure failure) {
    finish(0);
    if (!left) {
      client.failed(failure);
    }
  }

  private void finish(int code) {
    if (!ended) {
      ended = true;
      over.accept(code);
    }
  }

  private void stop() {
    if (call != null) {
      call.cancel();
    }
  }

  @Override
  public void pause() {
    if (call != null) {
      call.pause();
    }
  }

  @Override
  public void resume() {
    if (call != null) {
      call.resume();
    }
  }

  @Override
  public void cancel() {
    left = true;
    if (!mustEnd.getAsBoolean()) {
      stop();
      finish(0);
    }
  }
}
