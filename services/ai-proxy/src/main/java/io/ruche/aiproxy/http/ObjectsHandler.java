package io.ruche.aiproxy.http;

import io.ruche.aiproxy.gateway.BatchRow;
import io.ruche.aiproxy.gateway.Gateway;
import io.ruche.aiproxy.http.body.BodyReader;
import io.ruche.aiproxy.limits.Decision;
import io.ruche.aiproxy.objects.ObjectClient;
import io.ruche.aiproxy.objects.ObjectKind;
import io.ruche.aiproxy.objects.Page;
import io.ruche.aiproxy.objects.ProviderObject;
import io.ruche.aiproxy.operation.AnswerType;
import io.ruche.aiproxy.operation.FieldFailures;
import io.ruche.aiproxy.upstream.Reader;
import io.ruche.aiproxy.upstream.Transfer;
import io.ruche.auth.ApiKey;
import io.ruche.auth.web.KeyHandler;
import io.ruche.http.Failure;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.LongSupplier;

/** {@code /v1/files} and {@code /v1/batches}: each tenant sees and changes its own only. */
public final class ObjectsHandler {

  /** One of the paths, and what answers it. */
  public record Path(HttpMethod method, String template, Handler<RoutingContext> handler) {}

  private static final String INPUT = "input_file_id";

  private final Gateway gateway;
  private final ObjectClient objects;
  private final BodyReader bodies;
  private final UploadHandler upload;

  /**
   * A handler for one event loop.
   *
   * @param maxBodyBytes the longest body of JSON that is accepted, now
   * @param maxFileBytes the longest form with a file that is accepted, now
   * @param longestSilence of a client in the middle of its form
   */
  public ObjectsHandler(
      Gateway gateway,
      ObjectClient objects,
      LongSupplier maxBodyBytes,
      LongSupplier maxFileBytes,
      Duration longestSilence) {
    this.gateway = gateway;
    this.objects = objects;
    this.bodies = new BodyReader(maxBodyBytes);
    this.upload = new UploadHandler(gateway, objects, maxFileBytes, longestSilence);
  }

  /** All of them. */
  public List<Path> paths() {
    return List.of(
        new Path(HttpMethod.POST, "/v1/files", upload),
        new Path(HttpMethod.GET, "/v1/files", ctx -> list(ctx, ObjectKind.FILE)),
        new Path(HttpMethod.GET, "/v1/files/{id}", ctx -> one(ctx, ObjectKind.FILE, objects::get)),
        new Path(
            HttpMethod.DELETE, "/v1/files/{id}", ctx -> one(ctx, ObjectKind.FILE, objects::delete)),
        new Path(HttpMethod.GET, "/v1/files/{id}/content", this::content),
        new Path(HttpMethod.POST, "/v1/batches", this::batch),
        new Path(HttpMethod.GET, "/v1/batches", ctx -> list(ctx, ObjectKind.BATCH)),
        new Path(
            HttpMethod.GET, "/v1/batches/{id}", ctx -> one(ctx, ObjectKind.BATCH, objects::get)),
        new Path(
            HttpMethod.POST,
            "/v1/batches/{id}/cancel",
            ctx -> one(ctx, ObjectKind.BATCH, objects::cancel)));
  }

  private void list(RoutingContext ctx, ObjectKind kind) {
    ctx.request().resume();
    Page page;
    try {
      page = Page.of(ctx.queryParams());
    } catch (Failure refusal) {
      ctx.fail(refusal);
      return;
    }
    objects
        .page(KeyHandler.keyOf(ctx).tenant(), kind, page)
        .onSuccess(
            list -> {
              if (!ctx.response().closed()) {
                Decision decision = AllowanceHandler.decision(ctx);
                if (decision != null) {
                  LimitHeaders.write(decision, ctx.response().headers());
                }
                ctx.response()
                    .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                    .end(list.toBuffer());
              }
            })
        .onFailure(ctx::fail);
  }

  private void one(
      RoutingContext ctx, ObjectKind kind, BiFunction<ProviderObject, Reader, Transfer> caller) {
    find(ctx, kind, AnswerType.JSON, caller);
  }

  /** A browser must not show it: it would be a page of this origin, with its session. */
  private void content(RoutingContext ctx) {
    ctx.response()
        .putHeader(HttpHeaders.CONTENT_DISPOSITION, "attachment")
        .putHeader("X-Content-Type-Options", "nosniff");
    find(ctx, ObjectKind.FILE, AnswerType.FILE, objects::content);
  }

  private void find(
      RoutingContext ctx,
      ObjectKind kind,
      AnswerType type,
      BiFunction<ProviderObject, Reader, Transfer> caller) {
    ctx.request().resume();
    objects
        .find(KeyHandler.keyOf(ctx).tenant(), kind, String.valueOf(ctx.pathParam("id")))
        .onSuccess(found -> relay(ctx, found, type, reader -> caller.apply(found, reader)))
        .onFailure(ctx::fail);
  }

  private static void relay(
      RoutingContext ctx, ProviderObject at, AnswerType type, Function<Reader, Transfer> caller) {
    ctx.response().putHeader(Relay.PROVIDER, at.provider());
    try {
      Relay.start(ctx, AllowanceHandler.decision(ctx), type, caller);
    } catch (Failure refusal) {
      ctx.fail(refusal);
    }
  }

  private void batch(RoutingContext ctx) {
    try {
      gateway.requireUnread(KeyHandler.keyOf(ctx));
      objects.requireReachable();
    } catch (Failure refusal) {
      ctx.request().resume();
      ctx.fail(refusal);
      return;
    }
    bodies.read(ctx, body -> batch(ctx, body));
  }

  private void batch(RoutingContext ctx, Buffer body) {
    ApiKey key = KeyHandler.keyOf(ctx);
    JsonObject asked;
    try {
      asked = asked(body);
    } catch (Failure refusal) {
      ctx.fail(refusal);
      return;
    }
    objects
        .find(key.tenant(), ObjectKind.FILE, asked.getString(INPUT))
        .recover(failure -> Future.failedFuture(ofInput(failure)))
        .onSuccess(input -> batch(ctx, key, input, asked.toBuffer()))
        .onFailure(ctx::fail);
  }

  /**
   * What the body says, to be written anew: a provider must not find another input in it than the
   * one that is looked up here, by a field that is there twice or in capitals.
   */
  private static JsonObject asked(Buffer body) {
    JsonObject asked;
    try {
      asked = new JsonObject(body);
    } catch (DecodeException | ClassCastException e) {
      throw Failure.of(
          400,
          "invalid_json",
          "The body is not valid JSON",
          "The body must be a JSON object in UTF-8.");
    }
    for (String field : asked.fieldNames()) {
      if (!field.matches("[a-z0-9_]{1,64}")) {
        throw FieldFailures.wrong(
            "invalid_value", "body", "A field's name has 1 to 64 of a-z, 0-9 and '_'.");
      }
    }
    if (!(asked.getValue(INPUT) instanceof String)) {
      throw FieldFailures.missing(INPUT, "the id of a file with the requests of the batch");
    }
    return asked;
  }

  private static Throwable ofInput(Throwable failure) {
    return failure instanceof Failure known && known.status() == 404
        ? known.withFlaws(List.of(new Failure.Flaw("/" + INPUT, known.detail())))
        : failure;
  }

  private void batch(RoutingContext ctx, ApiKey key, ProviderObject input, Buffer body) {
    if (ctx.response().closed()) {
      return;
    }
    relay(
        ctx,
        input,
        AnswerType.JSON,
        reader -> {
          BatchRow row = gateway.batch(key);
          try {
            return objects.batch(
                input, key, body, status -> row.end(input.provider(), status), reader);
          } catch (Failure refusal) {
            row.end(input.provider(), 0);
            throw refusal;
          }
        });
  }
}
