package io.ruche.embedservice.http;

import io.ruche.auth.web.KeyHandler;
import io.ruche.embedservice.document.Page;
import io.ruche.embedservice.events.DeleteHandler;
import io.ruche.embedservice.events.Names;
import io.ruche.embedservice.index.Space;
import io.ruche.embedservice.ingest.ParsedJson;
import io.ruche.embedservice.ingest.order.TextRoom;
import io.ruche.embedservice.registry.CollectionTable;
import io.ruche.embedservice.registry.DocumentRow;
import io.ruche.embedservice.registry.DocumentTable;
import io.ruche.http.Failure;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Looks at documents and collections, and deletes them. */
final class DocumentHandlers {

  /** Characters of text that one answer has without being asked for a page. */
  private static final int LONGEST_TEXT = 1_000_000;

  /** Of all texts that are being read, which are read whole. */
  private static final long MOST_READ = 4_000_000;

  private final CommandPost post;
  private final JobHandler jobs;
  private final DocumentTable documents;
  private final CollectionTable collections;
  private final TextRoom reads = new TextRoom(MOST_READ);

  DocumentHandlers(
      CommandPost post, JobHandler jobs, DocumentTable documents, CollectionTable collections) {
    this.post = post;
    this.jobs = jobs;
    this.documents = documents;
    this.collections = collections;
  }

  static Space space(RoutingContext ctx) {
    return new Space(KeyHandler.keyOf(ctx).tenant(), Names.collection(ctx.pathParam("collection")));
  }

  void get(RoutingContext ctx) {
    find(ctx).onSuccess(row -> Answers.send(ctx, 200, DocumentJson.of(row))).onFailure(ctx::fail);
  }

  private Future<DocumentRow> find(RoutingContext ctx) {
    Space space = space(ctx);
    String id = Names.document(ctx.pathParam("id"));
    return documents
        .find(space, id)
        .map(
            row -> {
              if (row == null || row.state() == DocumentRow.State.DELETED) {
                throw Failure.notFound(
                    "The collection "
                        + space.collection()
                        + " has no document '"
                        + id
                        + "'; one that was just put is there once its job is done.");
              }
              return row;
            });
  }

  /** {@code ?page=N}, or {@code ?start=&end=}, or the beginning. */
  void text(RoutingContext ctx) {
    find(ctx)
        .compose(
            row -> {
              TextRoom.Taken taken = reads.take(length(row));
              return documents
                  .body(row.number())
                  .map(
                      body -> {
                        if (body == null) {
                          throw Failure.notFound("The document has no text: see its problem.");
                        }
                        return text(ctx, row, body);
                      })
                  .onComplete(read -> taken.giveBack());
            })
        .onSuccess(json -> Answers.send(ctx, 200, json))
        .onFailure(ctx::fail);
  }

  private static long length(DocumentRow row) {
    List<Page> pages = ParsedJson.pages(row.pages());
    return pages.isEmpty() ? 0 : pages.getLast().end();
  }

  private static JsonObject text(RoutingContext ctx, DocumentRow row, DocumentTable.Body body) {
    List<Page> pages = ParsedJson.pages(body.pages());
    String asked = ctx.request().getParam("page");
    int length = body.text().length();
    int start = number(ctx, "start", 0, length);
    int end = number(ctx, "end", Math.min(length, start + LONGEST_TEXT), length);
    if (asked != null) {
      Page page = page(pages, Integer.parseInt(asked));
      start = page.start();
      end = page.end();
    }
    end = Math.clamp(end, start, (int) Math.min(length, (long) start + LONGEST_TEXT));
    JsonObject json =
        new JsonObject()
            .put("document", row.id())
            .put("title", row.title())
            .put("pages", pages.size())
            .put("length", length)
            .put("start", start)
            .put("end", end)
            .put("text", body.text().substring(start, end));
    return asked == null ? json : json.put("page", Integer.parseInt(asked));
  }

  private static Page page(List<Page> pages, int number) {
    return pages.stream()
        .filter(page -> page.number() == number)
        .findFirst()
        .orElseThrow(
            () ->
                Failure.notFound(
                    "The document has " + pages.size() + " pages, and none with that number."));
  }

  private static int number(RoutingContext ctx, String name, int otherwise, int most) {
    String given = ctx.request().getParam(name);
    return given == null ? otherwise : Math.clamp(Long.parseLong(given), 0, most);
  }

  void list(RoutingContext ctx) {
    int limit = Answers.limit(ctx);
    documents
        .page(space(ctx), Answers.after(ctx), limit + 1)
        .onSuccess(
            rows ->
                send(
                    ctx,
                    rows.stream().limit(limit).map(DocumentJson::of).toList(),
                    rows.size() > limit ? rows.get(limit - 1).id() : null))
        .onFailure(ctx::fail);
  }

  void collections(RoutingContext ctx) {
    int limit = Answers.limit(ctx);
    collections
        .page(KeyHandler.keyOf(ctx).tenant(), Answers.after(ctx), limit + 1)
        .onSuccess(
            all ->
                send(
                    ctx,
                    all.stream().limit(limit).map(DocumentJson::of).toList(),
                    all.size() > limit ? all.get(limit - 1).collection().name() : null))
        .onFailure(ctx::fail);
  }

  private static void send(RoutingContext ctx, List<JsonObject> data, @Nullable String next) {
    Answers.send(
        ctx,
        200,
        new JsonObject().put("object", "list").put("data", new JsonArray(data)).put("next", next));
  }

  void delete(RoutingContext ctx) {
    Space space = space(ctx);
    String id = ctx.pathParam("id");
    JsonObject payload = new JsonObject().put("collection", space.collection());
    if (id != null) {
      payload.put("id", Names.document(id));
    }
    JsonObject about = new JsonObject().put("collection", space.collection());
    post.post(ctx, DeleteHandler.NAME, CommandPost.id(ctx), null, payload)
        .onSuccess(
            receipt -> jobs.accepted(ctx, receipt, id == null ? about : about.put("document", id)))
        .onFailure(ctx::fail);
  }
}
