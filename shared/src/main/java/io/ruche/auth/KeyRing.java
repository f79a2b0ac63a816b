package io.ruche.auth;

import io.ruche.auth.KeyCheck.Cause;
import io.ruche.auth.KeyCheck.Refused;
import io.ruche.auth.KeyFollower.Trust;
import io.ruche.lifecycle.Dependency;
import io.ruche.lifecycle.Lifecycle;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All live keys in memory, so that a check asks no store. What is in memory follows PostgreSQL and
 * the board of revocations, either of which is enough to stop a revoked key within a second.
 *
 * <p>While neither answers, known keys go on for the configured grace and unknown ones are refused;
 * after it all are refused.
 */
public final class KeyRing implements Lifecycle {

  private static final Logger LOG = LoggerFactory.getLogger(KeyRing.class);

  private static final long REVOKE_ANSWER_MS = 700;
  private static final long FRESH_ANSWER_MS = 1_000;

  /** Reloads that unknown keys may cause: five a second. */
  private static final long BETWEEN_RELOADS_NS = 200_000_000;

  private static final Refused MALFORMED =
      new Refused(
          Cause.MALFORMED,
          "This is not an API key: a key is 'rk_' and 36 letters and digits, with a checksum.");
  private static final Refused UNKNOWN =
      new Refused(Cause.UNKNOWN, "There is no such API key: it was never made or was revoked.");
  private static final Refused UNASKED =
      new Refused(
          Cause.UNKNOWN, "There is no such API key here, and PostgreSQL cannot be asked now.");
  private static final Refused REVOKED = new Refused(Cause.REVOKED, "This API key was revoked.");

  private final Vertx vertx;
  private final Context context;
  private final KeyStore store;
  private final RevocationBoard board;
  private final LiveKeys keys = new LiveKeys();
  private final KeyFollower follower;
  private final List<Consumer<ApiKey>> listeners = new CopyOnWriteArrayList<>();

  private @Nullable Promise<Void> reload;
  private long reloadedAt = System.nanoTime() - BETWEEN_RELOADS_NS;

  public KeyRing(Vertx vertx, KeyStore store, RevocationBoard board, KeysConfig config) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.store = store;
    this.board = board;
    this.follower = new KeyFollower(vertx, store, board, config, keys, this::tell);
  }

  /** Begins to read and completes at once: the stores may come later. */
  @Override
  public Future<Void> start() {
    context.runOnContext(ignored -> follower.start());
    return Future.succeededFuture();
  }

  @Override
  public Future<Void> stop() {
    follower.stop();
    return Future.succeededFuture();
  }

  /**
   * Adds a listener that is called once with each known key that is revoked, removed or expires, on
   * the ring's event loop; it must not block. A newer key may bear the same name already: only
   * {@link ApiKey#id()} tells them apart.
   */
  public void onRevoked(Consumer<ApiKey> listener) {
    listeners.add(listener);
  }

  /**
   * Checks a presented key against what is in memory, from any thread: one SHA-256 and one look-up.
   */
  public KeyCheck check(String presented) {
    if (!KeyFormat.isWellFormed(presented)) {
      return MALFORMED;
    }
    String hash = KeyFormat.hash(presented);
    ApiKey key = keys.get(hash);
    if (key == null && keys.wasRevoked(hash)) {
      return REVOKED;
    }
    Trust trust = follower.trust();
    if (!trust.usable()) {
      return unverifiable(trust);
    }
    return key == null ? UNKNOWN : live(key);
  }

  private static Refused unverifiable(Trust trust) {
    return new Refused(Cause.UNVERIFIABLE, "No key can be checked now: " + trust.detail() + ".");
  }

  private static KeyCheck live(ApiKey key) {
    if (key.expired(Instant.now())) {
      return new Refused(Cause.EXPIRED, "This API key expired at " + key.expiresAt() + ".");
    }
    return new KeyCheck.Valid(key);
  }

  /**
   * Like {@link #check}, but a well-formed key that is not known is looked for in PostgreSQL first,
   * so that a key works as soon as it is made. All callers share at most five reads a second; the
   * answer takes at most about a second, comes on the caller's context, and never fails.
   */
  public Future<KeyCheck> checkFresh(String presented) {
    return fresh(() -> check(presented));
  }

  /**
   * Checks a key that was valid once and that only its owner's session names now; like {@link
   * #checkFresh} it looks in PostgreSQL for one that is not known.
   *
   * @param id of the key, since another may bear the name by now
   */
  public Future<KeyCheck> recheck(String tenant, String name, long id) {
    return fresh(() -> recheckNow(tenant, name, id));
  }

  private KeyCheck recheckNow(String tenant, String name, long id) {
    String hash = keys.hashOf(tenant, name);
    ApiKey key = hash == null ? null : keys.get(hash);
    Trust trust = follower.trust();
    if (!trust.usable()) {
      return unverifiable(trust);
    }
    return key == null || key.id() != id ? UNKNOWN : live(key);
  }

  private Future<KeyCheck> fresh(Supplier<KeyCheck> check) {
    KeyCheck known = check.get();
    if (known != UNKNOWN) {
      return Future.succeededFuture(known);
    }
    Context caller = vertx.getOrCreateContext();
    Promise<KeyCheck> answer = Promise.promise();
    context.runOnContext(
        ignored ->
            reloadSoon()
                .timeout(FRESH_ANSWER_MS, TimeUnit.MILLISECONDS)
                .onComplete(
                    read -> {
                      KeyCheck now = check.get();
                      KeyCheck fresh = now == UNKNOWN && read.failed() ? UNASKED : now;
                      caller.runOnContext(here -> answer.complete(fresh));
                    }));
    return answer.future();
  }

  /**
   * Revokes the live key of that name, also while PostgreSQL is away: then on the board alone, and
   * the first ring that reaches PostgreSQL again writes it there. Empty when there is no such key;
   * fails when the revocation was taken nowhere.
   */
  public Future<Optional<ApiKey>> revoke(String tenant, String name) {
    return store
        .revoke(tenant, name)
        .timeout(REVOKE_ANSWER_MS, TimeUnit.MILLISECONDS)
        .recover(away -> revokeOnBoard(tenant, name, away))
        .onSuccess(done -> context.runOnContext(ignored -> reloadSoon()));
  }

  /** The live key of that name, as far as is known. */
  public Optional<ApiKey> find(String tenant, String name) {
    String hash = keys.hashOf(tenant, name);
    return hash == null ? Optional.empty() : Optional.ofNullable(keys.get(hash));
  }

  /** The keys known now, expired ones included: a live view. */
  public Collection<ApiKey> keys() {
    return keys.all();
  }

  /** What readiness shows: up while keys can be checked; a cached state, no round trip. */
  public Dependency state() {
    Trust trust = follower.trust();
    return trust.usable() ? Dependency.up() : Dependency.down(trust.detail());
  }

  private Future<Optional<ApiKey>> revokeOnBoard(String tenant, String name, Throwable away) {
    String hash = keys.hashOf(tenant, name);
    if (hash == null) {
      return Future.failedFuture(
          new IllegalStateException(
              "PostgreSQL does not answer, and no live key " + tenant + "." + name + " is known",
              away));
    }
    Optional<ApiKey> key = Optional.ofNullable(keys.get(hash));
    return board
        .post(List.of(hash))
        .onSuccess(done -> context.runOnContext(ignored -> tell(keys.ban(List.of(hash)))))
        .map(key);
  }

  /** One shared read, which begins after this call: at once, or when the rate allows the next. */
  private Future<Void> reloadSoon() {
    if (reload != null) {
      return reload.future();
    }
    Promise<Void> next = Promise.promise();
    long wait = BETWEEN_RELOADS_NS - (System.nanoTime() - reloadedAt);
    if (wait <= 0) {
      reloadNow(next);
    } else {
      reload = next;
      vertx.setTimer(wait / 1_000_000 + 1, ignored -> reloadNow(next));
    }
    return next.future();
  }

  private void reloadNow(Promise<Void> waiting) {
    reload = null;
    reloadedAt = System.nanoTime();
    follower.readPostgres().onComplete(waiting);
  }

  private void tell(List<ApiKey> ended) {
    for (ApiKey key : ended) {
      LOG.info("key ended key={} id={}", key.mqttUser(), key.id());
      for (Consumer<ApiKey> listener : listeners) {
        try {
          listener.accept(key);
        } catch (RuntimeException e) {
          LOG.error("listener failed key={}", key.mqttUser(), e);
        }
      }
    }
  }
}
