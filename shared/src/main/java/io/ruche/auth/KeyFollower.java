package io.ruche.auth;

import io.ruche.auth.KeyStore.Changes;
import io.ruche.auth.RevocationBoard.Mark;
import io.ruche.auth.RevocationBoard.News;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the keys in memory current: asks PostgreSQL and the board, each on its own, what changed
 * since it last asked. A change is state and not a message, so none is missed over a lost
 * connection.
 *
 * <p>The board counts as an answer only while it is unbroken: a board that was lost and begun
 * again, or trimmed past what was read, may hide a revocation until PostgreSQL has been read once
 * more. A revocation that is found in one of the two places is brought to the other.
 *
 * <p>Confined to one event loop, but for {@link #trust} and {@link #stop}.
 */
final class KeyFollower {

  private static final Logger LOG = LoggerFactory.getLogger(KeyFollower.class);

  private static final long SWEEP_MS = 200;
  private static final long POSTGRES_ANSWER_MS = 2_000;
  private static final long BOARD_ANSWER_MS = 600;

  /** Past this age what is known is said to live on grace. */
  private static final long CURRENT_NS = 3_000_000_000L;

  /** How far what is in memory can be relied on. */
  enum Trust {
    LOADING("the keys have not been read yet, because PostgreSQL does not answer"),
    CURRENT(""),
    GRACE("neither PostgreSQL nor the hot Redis answers: known keys work for the grace only"),
    LOST("neither PostgreSQL nor the hot Redis has answered for longer than the grace for keys");

    private final String detail;

    Trust(String detail) {
      this.detail = detail;
    }

    boolean usable() {
      return this == CURRENT || this == GRACE;
    }

    String detail() {
      return detail;
    }
  }

  private final Vertx vertx;
  private final KeyStore store;
  private final RevocationBoard board;
  private final KeysConfig config;
  private final LiveKeys keys;
  private final Consumer<List<ApiKey>> ended;

  private volatile boolean stopped;
  private volatile boolean loaded;

  /** When the last answer that counts was asked for. */
  private volatile long confirmedAt;

  private Trust shown = Trust.LOADING;

  private Future<Void> reading = Future.succeededFuture();
  private long version;
  private long wholeReadAt;
  private long postgresReadAt;

  private Mark mark = Mark.START;
  private long unbrokenSince;

  KeyFollower(
      Vertx vertx,
      KeyStore store,
      RevocationBoard board,
      KeysConfig config,
      LiveKeys keys,
      Consumer<List<ApiKey>> ended) {
    this.vertx = vertx;
    this.store = store;
    this.board = board;
    this.config = config;
    this.keys = keys;
    this.ended = ended;
  }

  void start() {
    followPostgres();
    followBoard();
    vertx.setPeriodic(SWEEP_MS, this::sweep);
  }

  void stop() {
    stopped = true;
  }

  Trust trust() {
    if (!loaded) {
      return Trust.LOADING;
    }
    long age = System.nanoTime() - confirmedAt;
    if (age > config.grace().toNanos()) {
      return Trust.LOST;
    }
    return age > CURRENT_NS ? Trust.GRACE : Trust.CURRENT;
  }

  /** Reads one after another, so that an older answer never overwrites a newer one. */
  Future<Void> readPostgres() {
    reading = reading.transform(previous -> readPostgresNow());
    return reading;
  }

  private void followPostgres() {
    if (!stopped) {
      readPostgres()
          .onComplete(
              done -> vertx.setTimer(config.poll().toMillis(), ignored -> followPostgres()));
    }
  }

  private void followBoard() {
    if (!stopped) {
      readBoard()
          .onComplete(done -> vertx.setTimer(config.poll().toMillis(), ignored -> followBoard()));
    }
  }

  private Future<Void> readPostgresNow() {
    long began = System.nanoTime();
    Set<String> before = keys.onlyOnBoard();
    boolean whole = !loaded || began - wholeReadAt > config.reload().toNanos();
    return (whole ? store.live() : store.changesSince(version))
        .timeout(POSTGRES_ANSWER_MS, TimeUnit.MILLISECONDS)
        .map(changes -> whole ? replace(changes, began) : apply(changes, began))
        .map(changes -> settleInPostgres(before))
        .mapEmpty();
  }

  private Changes replace(Changes all, long began) {
    ended.accept(keys.replace(all.rows()));
    wholeReadAt = began;
    return read(all, began);
  }

  private Changes apply(Changes changes, long began) {
    if (changes.version() < version) {
      // An older state of the database was restored: nothing known of it holds.
      wholeReadAt = began - config.reload().toNanos();
      return changes;
    }
    ended.accept(keys.apply(changes.rows()));
    return read(changes, began);
  }

  private Changes read(Changes changes, long began) {
    version = changes.version();
    postgresReadAt = began;
    confirm(began);
    loaded = true;
    return changes;
  }

  /** What was on the board alone before PostgreSQL was read, and still is, has to be written. */
  private Set<String> settleInPostgres(Set<String> before) {
    Set<String> missing = common(before, keys.onlyOnBoard());
    if (!missing.isEmpty()) {
      store
          .revokeHashes(missing)
          .onSuccess(
              done -> {
                LOG.info("revocations written that only the board had count={}", missing.size());
                keys.settled(missing);
              });
    }
    return missing;
  }

  private Future<Void> readBoard() {
    long began = System.nanoTime();
    Set<String> before = keys.onlyInPostgres();
    return board
        .readSince(mark)
        .timeout(BOARD_ANSWER_MS, TimeUnit.MILLISECONDS)
        .map(news -> apply(news, began))
        .map(news -> settleOnBoard(before))
        .mapEmpty();
  }

  private News apply(News news, long began) {
    if (!news.gapless()) {
      unbrokenSince = began;
    }
    mark = news.mark();
    ended.accept(keys.ban(news.hashes()));
    if (loaded && postgresReadAt - unbrokenSince > 0) {
      confirm(began);
    }
    return news;
  }

  private Set<String> settleOnBoard(Set<String> before) {
    Set<String> missing = common(before, keys.onlyInPostgres());
    if (!missing.isEmpty()) {
      board.post(missing).onSuccess(done -> keys.settled(missing));
    }
    return missing;
  }

  private static Set<String> common(Set<String> some, Set<String> others) {
    Set<String> both = new HashSet<>(some);
    both.retainAll(others);
    return both;
  }

  private void confirm(long at) {
    if (!loaded || at - confirmedAt > 0) {
      confirmedAt = at;
    }
  }

  private void sweep(long timer) {
    if (stopped) {
      vertx.cancelTimer(timer);
      return;
    }
    ended.accept(keys.sweep(Instant.now()));
    Trust trust = trust();
    if (trust != shown) {
      shown = trust;
      switch (trust) {
        case CURRENT -> LOG.info("keys current count={}", keys.all().size());
        case LOADING, GRACE, LOST -> LOG.warn("keys {}", trust.detail());
      }
    }
  }
}
