package io.ruche.embedservice.http.embeddings;

import io.ruche.embedservice.engine.Embedder;
import io.ruche.embedservice.engine.Embedding;
import io.ruche.embedservice.engine.Engine;
import io.ruche.embedservice.engine.Lane;
import io.ruche.embedservice.engine.TokenInput;
import io.ruche.embedservice.vector.Vector;
import io.ruche.http.Failure;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * {@code POST /v1/embeddings}, as OpenAI has it. Every item of the answer says besides whether its
 * text was cut ({@code truncated}) and by how much ({@code tokens_dropped}).
 */
public final class EmbeddingsHandler implements Handler<RoutingContext> {

  /** What is read or written on an event loop; the rest would hold it up. */
  private static final int SHORT_BODY = 128 << 10;

  private static final int FEW_NUMBERS = 16_384;

  private final Vertx vertx;
  private final Supplier<Engine> engines;
  private final boolean matryoshka;

  /**
   * A handler behind one that has read the body.
   *
   * @param engines gives the one in use
   * @param matryoshka whether clients may ask for fewer dimensions
   */
  public EmbeddingsHandler(Vertx vertx, Supplier<Engine> engines, boolean matryoshka) {
    this.vertx = vertx;
    this.engines = engines;
    this.matryoshka = matryoshka;
  }

  @Override
  public void handle(RoutingContext ctx) {
    AtomicBoolean gone = new AtomicBoolean();
    ctx.response().closeHandler(closed -> gone.set(true));
    Buffer body = ctx.body().buffer();
    if (body == null) {
      ctx.fail(Failure.badRequest("The body must be a JSON object with model and input."));
      return;
    }
    aside(body.length() > SHORT_BODY, () -> EmbeddingsRequest.read(body))
        .compose(request -> answer(request, gone))
        .onSuccess(answer -> send(ctx, answer))
        .onFailure(ctx::fail);
  }

  private <T> Future<T> aside(boolean large, Callable<T> work) {
    if (large) {
      return vertx.executeBlocking(work, false);
    }
    try {
      return Future.succeededFuture(work.call());
    } catch (Exception e) {
      return Future.failedFuture(e);
    }
  }

  private Future<Buffer> answer(EmbeddingsRequest request, AtomicBoolean gone) {
    Engine engine = engines.get();
    String model = engine.embedder().model().name();
    if (request.model() != null && !request.model().equals(model)) {
      return Future.failedFuture(ModelsHandler.unknown(request.model(), model));
    }
    int dimensions = dimensions(request, engine.embedder());
    return embed(engine, request, gone)
        .compose(
            embeddings ->
                aside(
                    (long) embeddings.size() * dimensions > FEW_NUMBERS,
                    () ->
                        EmbeddingsAnswer.write(
                            model, shortened(embeddings, dimensions), request.base64())));
  }

  private int dimensions(EmbeddingsRequest request, Embedder embedder) {
    int all = embedder.model().dimensions();
    Integer asked = request.dimensions();
    if (asked == null || asked == all) {
      return all;
    }
    if (!matryoshka) {
      throw Refused.parameter(
          "dimensions",
          "The model %s has vectors of %d numbers, of which no part is a vector by itself: leave dimensions out."
              .formatted(embedder.model().name(), all));
    }
    if (asked < 1 || asked > all) {
      throw Refused.parameter("dimensions", "dimensions must be 1 to %d.".formatted(all));
    }
    return asked;
  }

  private static List<Embedding> shortened(List<Embedding> embeddings, int dimensions) {
    if (embeddings.getFirst().vector().dimensions() == dimensions) {
      return embeddings;
    }
    return embeddings.stream()
        .map(
            whole ->
                new Embedding(
                    Vector.normalized(Arrays.copyOf(whole.vector().values(), dimensions)),
                    whole.tokens(),
                    whole.dropped()))
        .toList();
  }

  private Future<List<Embedding>> embed(
      Engine engine, EmbeddingsRequest request, AtomicBoolean gone) {
    if (!request.sequences().isEmpty()) {
      return tokenInput(engine, request)
          .embedTokens(request.sequences(), Lane.INTERACTIVE, gone::get);
    }
    return withinTokens(engine, request.texts())
        .compose(
            ok ->
                engine
                    .embedder()
                    .embed(request.texts(), request.purpose(), Lane.INTERACTIVE, gone::get));
  }

  private static TokenInput tokenInput(Engine engine, EmbeddingsRequest request) {
    TokenInput input =
        engine
            .tokenInput()
            .orElseThrow(
                () ->
                    Refused.parameter(
                        "input",
                        "input has token ids, and the model is on another server, whose tokenizer is not known here: send texts."));
    for (int[] ids : request.sequences()) {
      for (int id : ids) {
        if (id < 0 || id >= input.vocabulary()) {
          throw Refused.parameter(
              "input",
              "input has a token id that is not one of the model's own tokenizer, which are 0 to %d; ids of OpenAI's tokenizers mean nothing here: send texts."
                  .formatted(input.vocabulary() - 1));
        }
      }
    }
    return input;
  }

  /** Counts only what can be too much: no token is shorter than a byte. */
  private Future<Void> withinTokens(Engine engine, List<String> texts) {
    long most = texts.stream().mapToLong(text -> 4L * text.length()).sum();
    if (most <= EmbeddingsRequest.MOST_TOKENS) {
      return Future.succeededFuture();
    }
    return vertx.executeBlocking(
        () -> {
          long tokens = 0;
          for (String text : texts) {
            tokens += engine.tokens().count(text);
            if (tokens > EmbeddingsRequest.MOST_TOKENS) {
              throw EmbeddingsRequest.tooManyTokens();
            }
          }
          return null;
        },
        false);
  }

  private static void send(RoutingContext ctx, Buffer answer) {
    if (!ctx.response().closed()) {
      ctx.response().putHeader(HttpHeaders.CONTENT_TYPE, "application/json").end(answer);
    }
  }
}
