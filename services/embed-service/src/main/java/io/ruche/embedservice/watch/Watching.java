package io.ruche.embedservice.watch;

import io.ruche.bus.Bus;
import io.ruche.embedservice.events.DeleteHandler;
import io.ruche.embedservice.events.IndexHandler;
import io.ruche.embedservice.events.Names;
import io.ruche.embedservice.events.Posting;
import io.ruche.embedservice.index.Space;
import io.ruche.embedservice.registry.Database;
import io.ruche.embedservice.registry.WatchTable;
import io.ruche.embedservice.registry.WatchTable.Seen;
import io.ruche.lifecycle.Lifecycle;
import io.ruche.store.S3Object;
import io.ruche.store.S3Store;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks through prefixes in S3: what is new or changed there is indexed, what is gone is deleted.
 * Each change is a command with an id of its own, so that several processes may look at once.
 */
public final class Watching implements Lifecycle {

  private static final Logger LOG = LoggerFactory.getLogger(Watching.class);
  private static final int PAGE = 1_000;

  private final Vertx vertx;
  private final Posting posting;
  private final @Nullable S3Store s3;
  private final WatchTable seen;
  private final List<WatchConfig> watched;
  private final Map<WatchConfig, Long> timers = new ConcurrentHashMap<>();
  private volatile boolean stopped;

  public Watching(
      Vertx vertx, Bus bus, @Nullable S3Store s3, Database database, List<WatchConfig> watched) {
    this.vertx = vertx;
    this.posting = new Posting(bus);
    this.s3 = s3;
    this.seen = new WatchTable(database);
    this.watched = watched;
  }

  @Override
  public Future<Void> start() {
    watched.forEach(one -> next(one, 1));
    return Future.succeededFuture();
  }

  @Override
  public Future<Void> stop() {
    stopped = true;
    timers.values().forEach(vertx::cancelTimer);
    return Future.succeededFuture();
  }

  private void next(WatchConfig one, long delay) {
    if (stopped) {
      return;
    }
    timers.put(
        one,
        vertx.setTimer(
            delay,
            passed ->
                look(one)
                    .onFailure(
                        away ->
                            LOG.warn(
                                "the prefix {} could not be looked through: {}",
                                one.prefix(),
                                away.getMessage()))
                    .onComplete(done -> next(one, one.every().toMillis()))));
  }

  /** Looks a prefix through once. */
  Future<Void> look(WatchConfig one) {
    S3Store store = s3;
    return store == null
        ? Future.failedFuture(new IllegalStateException("there is no S3"))
        : look(store, one, "");
  }

  /** A page of the bucket and what was seen of the same stretch of keys. */
  private Future<Void> look(S3Store store, WatchConfig one, String behind) {
    Space space = new Space(one.tenant(), one.collection());
    return store
        .list(one.prefix(), behind, PAGE)
        .compose(
            objects -> {
              boolean last = objects.size() < PAGE;
              String end = last ? "" : objects.getLast().key();
              return known(space, one, behind, end)
                  .compose(known -> compare(space, one, objects, known))
                  .compose(done -> last ? Future.succeededFuture() : look(store, one, end));
            });
  }

  private Future<Map<String, Seen>> known(Space space, WatchConfig one, String behind, String end) {
    return seen.page(space, one.prefix(), behind, PAGE)
        .compose(
            page -> {
              Map<String, Seen> within = new HashMap<>(page);
              within.keySet().removeIf(key -> !end.isEmpty() && compareBytes(key, end) > 0);
              String highest = page.keySet().stream().max(Watching::compareBytes).orElse("");
              boolean more = page.size() == PAGE && within.size() == PAGE;
              return more
                  ? known(space, one, highest, end)
                      .map(
                          rest -> {
                            within.putAll(rest);
                            return within;
                          })
                  : Future.succeededFuture(within);
            });
  }

  private static int compareBytes(String a, String b) {
    return java.util.Arrays.compareUnsigned(
        a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
  }

  private Future<Void> compare(
      Space space, WatchConfig one, List<S3Object> objects, Map<String, Seen> known) {
    Map<String, Seen> gone = new HashMap<>(known);
    Future<Void> posted = Future.succeededFuture();
    for (S3Object object : objects) {
      Seen before = gone.remove(object.key());
      boolean folder = object.key().endsWith("/");
      if (!folder
          && isDocument(one, object.key())
          && (before == null || !object.etag().equals(before.etag()))) {
        long version = before == null ? 0 : before.version();
        posted = posted.compose(done -> index(space, one, object, version));
      }
    }
    gone.values().removeIf(before -> before.etag().isEmpty());
    for (Map.Entry<String, Seen> left : gone.entrySet()) {
      posted = posted.compose(done -> delete(space, one, left.getKey(), left.getValue()));
    }
    return posted.compose(
        done ->
            gone.isEmpty()
                ? Future.succeededFuture()
                : seen.gone(space, new ArrayList<>(gone.keySet())));
  }

  private static boolean isDocument(WatchConfig one, String key) {
    String id = key.substring(one.prefix().length());
    return !id.isBlank() && id.length() <= Names.LONGEST_ID;
  }

  private Future<Void> index(Space space, WatchConfig one, S3Object object, long version) {
    String id = object.key().substring(one.prefix().length());
    JsonObject payload =
        new JsonObject()
            .put("collection", space.collection())
            .put("id", id)
            .put("s3", object.key())
            .put("name", id);
    String type = URLConnection.guessContentTypeFromName(object.key());
    if (type != null) {
      payload.put("contentType", type);
    }
    return posting
        .post(
            space.tenant(),
            IndexHandler.NAME,
            commandId("seen", space, object.key(), object.etag(), version),
            Names.orderKey(space.collection(), id),
            payload)
        .compose(done -> seen.saw(space, object.key(), object.etag()));
  }

  private Future<Void> delete(Space space, WatchConfig one, String key, Seen before) {
    String id = key.substring(one.prefix().length());
    JsonObject payload = new JsonObject().put("collection", space.collection()).put("id", id);
    return posting.post(
        space.tenant(),
        DeleteHandler.NAME,
        commandId("gone", space, key, before.etag(), before.version()),
        null,
        payload);
  }

  private static String commandId(String what, Space space, String key, String etag, long version) {
    String text = String.join("\n", space.collection(), key, etag, Long.toString(version));
    return what + "-" + UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8));
  }
}
