package io.ruche.embedservice.watch;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
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
import io.ruche.lifecycle.Rounds;
import io.ruche.store.S3Object;
import io.ruche.store.S3Store;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks through prefixes in S3: what is new or changed there is indexed, what is gone is deleted.
 * Each change is a command with an id of its own, so that several processes may look at once. What
 * the bucket has is the truth; being told of a change only makes it quick.
 */
public final class Watching implements Lifecycle {

  private static final Logger LOG = LoggerFactory.getLogger(Watching.class);
  private static final int PAGE = 1_000;

  /** After a look that failed, however seldom one is wanted. */
  private static final Duration AGAIN = Duration.ofSeconds(5);

  private final Posting posting;
  private final @Nullable S3Store s3;
  private final WatchTable seen;
  private final List<WatchConfig> watched;
  private final List<Rounds> rounds;
  private final MeterRegistry registry;

  public Watching(
      Vertx vertx,
      Bus bus,
      @Nullable S3Store s3,
      Database database,
      List<WatchConfig> watched,
      MeterRegistry registry) {
    this.registry = registry;
    List.of("listing", "notification").forEach(trigger -> looks(trigger, "ok"));
    this.posting = new Posting(bus);
    this.s3 = s3;
    this.seen = new WatchTable(database);
    this.watched = watched;
    this.rounds = watched.stream().map(one -> rounds(vertx, one)).toList();
  }

  private Rounds rounds(Vertx vertx, WatchConfig one) {
    Duration again = one.every().compareTo(AGAIN) < 0 ? one.every() : AGAIN;
    return new Rounds(
        vertx,
        new Rounds.Times(Duration.ZERO, one.every(), again),
        () -> look(one),
        away ->
            LOG.warn(
                "the prefix {} could not be looked through: {}", one.prefix(), away.getMessage()));
  }

  @Override
  public Future<Void> start() {
    return Future.all(rounds.stream().map(Rounds::start).toList()).mapEmpty();
  }

  @Override
  public Future<Void> stop() {
    return Future.all(rounds.stream().map(Rounds::stop).toList()).mapEmpty();
  }

  private Counter looks(String trigger, String result) {
    return Counter.builder("ruche_embed_watch_looks_total")
        .description("Looks at watched prefixes, or at one key of them")
        .tag("trigger", trigger)
        .tag("result", result)
        .register(registry);
  }

  private <T> Future<T> counted(String trigger, Future<T> look) {
    return look.onComplete(done -> looks(trigger, done.succeeded() ? "ok" : "failed").increment());
  }

  /** Looks a prefix through once. */
  private Future<Void> look(WatchConfig one) {
    return counted("listing", store().compose(store -> look(store, one, "")));
  }

  private Future<S3Store> store() {
    S3Store store = s3;
    return store == null
        ? Future.failedFuture(new IllegalStateException("there is no S3"))
        : Future.succeededFuture(store);
  }

  /**
   * Looks at one object, of which somebody says that it has changed. Fails as S3 and PostgreSQL do.
   *
   * @param bucket that it is said to be in
   * @return how many watched prefixes it lies below
   */
  Future<Integer> look(String tenant, String bucket, String key) {
    S3Store store = s3;
    if (store == null || !store.bucket().equals(bucket)) {
      return Future.succeededFuture(0);
    }
    List<WatchConfig> concerned =
        watched.stream()
            .filter(one -> one.tenant().equals(tenant) && key.startsWith(one.prefix()))
            .toList();
    Future<Void> looked = Future.succeededFuture();
    for (WatchConfig one : concerned) {
      Space space = new Space(one.tenant(), one.collection());
      looked =
          looked
              .compose(before -> seen.page(space, key, "", 1))
              .compose(
                  known ->
                      find(store, key)
                          .compose(there -> compare(store, space, one, there, only(known, key))));
    }
    return concerned.isEmpty()
        ? Future.succeededFuture(0)
        : counted("notification", looked).map(concerned.size());
  }

  private static Map<String, Seen> only(Map<String, Seen> known, String key) {
    Seen it = known.get(key);
    return it == null ? Map.of() : Map.of(key, it);
  }

  /** The object, or an empty list: of the keys that begin with one, that one comes first. */
  private static Future<List<S3Object>> find(S3Store store, String key) {
    return store
        .list(key, "", 1)
        .map(found -> found.stream().filter(object -> object.key().equals(key)).toList());
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
                  .compose(known -> compare(store, space, one, objects, known))
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
      S3Store store,
      Space space,
      WatchConfig one,
      List<S3Object> objects,
      Map<String, Seen> known) {
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
      posted = posted.compose(done -> leave(store, space, one, left.getKey(), left.getValue()));
    }
    return posted;
  }

  /** A list is old once it is read: an object may have come since, and be indexed already. */
  private Future<Void> leave(S3Store store, Space space, WatchConfig one, String key, Seen before) {
    return find(store, key)
        .compose(
            there ->
                there.isEmpty()
                    ? delete(space, one, key, before)
                        .compose(done -> seen.gone(space, List.of(key)))
                    : Future.succeededFuture());
  }

  private static boolean isDocument(WatchConfig one, String key) {
    String id = key.substring(one.prefix().length());
    return !id.isBlank()
        && id.length() <= Names.LONGEST_ID
        && !key.startsWith(one.tenant() + "/embed-service/");
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
        .compose(done -> seen.saw(space, object.key(), object.etag(), version));
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
