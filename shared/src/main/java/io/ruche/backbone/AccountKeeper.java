package io.ruche.backbone;

import io.ruche.auth.ApiKey;
import io.ruche.auth.BrokerAccounts;
import io.ruche.auth.KeyRing;
import io.ruche.auth.KeyStore;
import io.ruche.lifecycle.Lifecycle;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the broker accounts of ended keys away: at once when the ring tells that a key ended, which
 * is the only word of an expiry; and from time to time those that are still there, because the
 * broker or every process was away at that moment. An account whose key PostgreSQL does not know is
 * left alone.
 */
final class AccountKeeper implements Lifecycle {

  private static final Logger LOG = LoggerFactory.getLogger(AccountKeeper.class);
  private static final long LOOK_MS = 5_000;
  private static final long BETWEEN_SEARCHES_NS = 60_000_000_000L;

  private final Vertx vertx;
  private final BrokerAccounts accounts;
  private final KeyStore store;
  private final KeyRing ring;

  private volatile boolean stopped;

  /** Whether an account may be there that should not: as yet nobody has looked. */
  private volatile boolean owed = true;

  private boolean told;
  private long searchedAt = System.nanoTime();

  AccountKeeper(Vertx vertx, BrokerAccounts accounts, KeyStore store, KeyRing ring) {
    this.vertx = vertx;
    this.accounts = accounts;
    this.store = store;
    this.ring = ring;
  }

  @Override
  public Future<Void> start() {
    if (accounts != BrokerAccounts.NONE) {
      ring.onRevoked(this::remove);
      vertx.setTimer(LOOK_MS, ignored -> look());
    }
    return Future.succeededFuture();
  }

  @Override
  public Future<Void> stop() {
    stopped = true;
    return Future.succeededFuture();
  }

  private void remove(ApiKey key) {
    accounts
        .remove(key)
        .onFailure(
            failure -> {
              owed = true;
              LOG.warn(
                  "broker account not removed, tried again later key={}: {}",
                  key.mqttUser(),
                  failure.getMessage());
            });
  }

  private void look() {
    if (stopped) {
      return;
    }
    boolean due = owed || System.nanoTime() - searchedAt > BETWEEN_SEARCHES_NS;
    (due ? search() : Future.succeededFuture())
        .onComplete(done -> vertx.setTimer(LOOK_MS, ignored -> look()));
  }

  private Future<Void> search() {
    // Before the search, so that a removal that fails while it goes on is not forgotten.
    owed = false;
    searchedAt = System.nanoTime();
    return accounts
        .removeEnded(store::ended)
        .onSuccess(done -> told = false)
        .onFailure(this::searchAgain);
  }

  private void searchAgain(Throwable failure) {
    owed = true;
    if (!told) {
      told = true;
      LOG.warn("the broker's accounts were not compared with the keys: {}", failure.getMessage());
    }
  }
}
