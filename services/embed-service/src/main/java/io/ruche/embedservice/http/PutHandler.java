package io.ruche.embedservice.http;

import io.ruche.auth.web.KeyHandler;
import io.ruche.bus.Receipt;
import io.ruche.embedservice.events.IndexCommand;
import io.ruche.embedservice.events.IndexHandler;
import io.ruche.embedservice.events.Metadata;
import io.ruche.embedservice.events.Names;
import io.ruche.embedservice.index.Space;
import io.ruche.embedservice.ingest.Uploads;
import io.ruche.embedservice.ingest.Uploads.Received;
import io.ruche.embedservice.registry.DocumentTable;
import io.ruche.embedservice.registry.Leftovers;
import io.ruche.http.Failure;
import io.ruche.http.openapi.OpenApi;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * {@code PUT /v1/collections/{collection}/documents/{id}}: the file as it is, or JSON with a text.
 * Answered once the bytes are in S3 and the command is on disk.
 */
final class PutHandler implements Handler<RoutingContext> {

  /** What a file's metadata come in, as JSON of ASCII characters. */
  static final String METADATA = "X-Ruche-Metadata";

  /** A longer text goes by S3, to keep the streams of the bus small. */
  private static final int MOST_INLINE = 128 * 1_024;

  private final CommandPost post;
  private final JobHandler jobs;
  private final Uploads uploads;
  private final DocumentTable documents;
  private final Leftovers leftovers;

  PutHandler(
      CommandPost post,
      JobHandler jobs,
      Uploads uploads,
      DocumentTable documents,
      Leftovers leftovers) {
    this.post = post;
    this.jobs = jobs;
    this.uploads = uploads;
    this.documents = documents;
    this.leftovers = leftovers;
  }

  /** Whether the body is JSON with a text, and not a file. */
  static boolean isJson(RoutingContext ctx) {
    String type = ctx.request().getHeader(HttpHeaders.CONTENT_TYPE);
    return type != null
        && type.strip().toLowerCase(Locale.ROOT).matches("application/json\\s*(;.*)?");
  }

  /** What is to be indexed, and where. */
  private record Wanted(Space space, String document, String id, JsonObject payload) {}

  @Override
  public void handle(RoutingContext ctx) {
    Space space =
        new Space(KeyHandler.keyOf(ctx).tenant(), Names.collection(ctx.pathParam("collection")));
    String document = Names.document(ctx.pathParam("id"));
    JsonObject payload = new JsonObject().put("collection", space.collection()).put("id", document);
    Wanted wanted = new Wanted(space, document, CommandPost.id(ctx), payload);
    Future<Receipt> posted = isJson(ctx) ? text(ctx, wanted) : file(ctx, wanted);
    posted
        .onSuccess(
            receipt ->
                jobs.accepted(
                    ctx,
                    receipt,
                    new JsonObject()
                        .put("collection", space.collection())
                        .put("document", document)))
        .onFailure(ctx::fail);
  }

  private Future<Receipt> text(RoutingContext ctx, Wanted wanted) {
    Buffer body = ctx.body().buffer();
    if (body == null || body.length() == 0) {
      throw Failure.badRequest("The body is empty; send {\"text\": \"...\"} or a file.");
    }
    JsonObject json = OpenApi.json(ctx);
    String text = json.getString("text");
    String type = json.getString("contentType", "text/plain");
    wanted.payload().put("contentType", type);
    wanted.payload().put("metadata", Metadata.checked(json.getValue("metadata")));
    if (json.containsKey("name")) {
      wanted.payload().put("name", json.getString("name"));
    }
    if (text.length() <= MOST_INLINE / 2) {
      wanted.payload().put("text", text);
      return post(ctx, wanted);
    }
    uploads.requireRoom(null);
    return uploads
        .receive(Buffer.buffer(text.getBytes(StandardCharsets.UTF_8)))
        .compose(received -> keep(ctx, wanted, received, type));
  }

  private Future<Receipt> file(RoutingContext ctx, Wanted wanted) {
    HttpServerRequest request = ctx.request();
    request.pause();
    // What still comes after an answer is dropped, so that the client comes to read it.
    ctx.addEndHandler(answered -> request.resume());
    uploads.requireRoom(request.getHeader(HttpHeaders.CONTENT_LENGTH));
    String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
    String plain = type == null ? "application/octet-stream" : type.strip();
    if (plain.toLowerCase(Locale.ROOT).startsWith("multipart/")) {
      throw Failure.unsupportedMediaType(
          "Send the file itself as the body, with its own Content-Type, and no form: curl -T"
              + " file.pdf -H 'Content-Type: application/pdf' ...");
    }
    wanted.payload().put("contentType", plain);
    wanted.payload().put("metadata", metadata(request.getHeader(METADATA)));
    String name = request.getParam("name");
    if (name != null) {
      wanted.payload().put("name", IndexCommand.fileName(name));
    }
    if (request.getHeader(HttpHeaders.EXPECT) != null) {
      ctx.response().writeContinue();
    }
    return uploads.receive(request).compose(received -> keep(ctx, wanted, received, plain));
  }

  private static JsonObject metadata(@Nullable String header) {
    try {
      return Metadata.checked(header == null ? null : new JsonObject(header));
    } catch (DecodeException | ClassCastException e) {
      throw Failure.unprocessable(METADATA + " must be a JSON object, such as {\"year\": 2026}.");
    }
  }

  /** The object is noted before it is written, so that nothing of it stays behind unknown. */
  private Future<Receipt> keep(
      RoutingContext ctx, Wanted wanted, Received received, String contentType) {
    if (received.size() == 0) {
      return uploads
          .free(received)
          .compose(
              freed -> Future.failedFuture(Failure.badRequest("The body is empty; send a file.")));
    }
    String key = Names.ownKey(wanted.space(), wanted.document(), received.sha256());
    wanted.payload().put("s3", key);
    return documents
        .find(wanted.space(), wanted.document())
        .compose(
            row ->
                row != null && key.equals(row.s3Key())
                    // The very bytes are there; that they stay is noted all the same.
                    ? leftovers.note(key)
                    : leftovers
                        .note(key)
                        .compose(noted -> uploads.store(received, key, contentType)))
        .compose(stored -> post(ctx, wanted))
        .eventually(() -> uploads.free(received));
  }

  private Future<Receipt> post(RoutingContext ctx, Wanted wanted) {
    return post.post(
        ctx,
        IndexHandler.NAME,
        wanted.id(),
        Names.orderKey(wanted.space().collection(), wanted.document()),
        wanted.payload());
  }
}
