package io.ruche.auth;

import io.ruche.auth.KeyStore.Stored;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The keys that one process knows, by hash. Read by any thread; changed by one.
 *
 * <p>A hash that PostgreSQL or the board has called revoked is never taken for live again, whatever
 * the other says: a revocation is final. Changing methods answer which keys have stopped by it.
 */
final class LiveKeys {

  private static final int MOST_REVOKED = 10_000;

  private volatile Map<String, ApiKey> byHash = new ConcurrentHashMap<>();

  private volatile Map<String, String> byName = Map.of();

  /** The last revoked hashes, and the order in which they came. */
  private final Set<String> revoked = ConcurrentHashMap.newKeySet();

  private final ArrayDeque<String> revokedInOrder = new ArrayDeque<>();

  /** Revoked on the board but live in PostgreSQL, as far as is known. */
  private final Set<String> onlyOnBoard = new LinkedHashSet<>();

  /** Revoked in PostgreSQL and not yet seen on the board. */
  private final Set<String> onlyInPostgres = new LinkedHashSet<>();

  private Instant sweptTo = Instant.now();
  private Instant nextExpiry = Instant.MAX;

  @Nullable ApiKey get(String hash) {
    return byHash.get(hash);
  }

  boolean wasRevoked(String hash) {
    return revoked.contains(hash);
  }

  Collection<ApiKey> all() {
    return byHash.values();
  }

  /** The hash of the live key of that name. */
  @Nullable String hashOf(String tenant, String name) {
    return byName.get(tenant + "." + name);
  }

  /** Names are asked for with every MQTT publish, keys change seldom. */
  private void index() {
    Map<String, String> fresh = new HashMap<>();
    byHash.forEach((hash, key) -> fresh.put(key.mqttUser(), hash));
    byName = fresh;
  }

  /** Takes all rows that are live in PostgreSQL in place of what was known. */
  List<ApiKey> replace(List<Stored> live) {
    Map<String, ApiKey> old = byHash;
    Map<String, ApiKey> fresh = new ConcurrentHashMap<>(live.size() * 2);
    List<ApiKey> stopped = new ArrayList<>();
    Set<String> stillLive = ConcurrentHashMap.newKeySet();
    nextExpiry = Instant.MAX;
    for (Stored row : live) {
      stillLive.add(row.hash());
      put(fresh, row, old.get(row.hash()), stopped);
    }
    onlyOnBoard.retainAll(stillLive);
    byHash = fresh;
    index();
    old.forEach(
        (hash, key) -> {
          if (!fresh.containsKey(hash)) {
            stopped.add(key);
          }
        });
    return stopped;
  }

  /** Takes rows that have changed in PostgreSQL. */
  List<ApiKey> apply(List<Stored> changed) {
    List<ApiKey> stopped = new ArrayList<>();
    for (Stored row : changed) {
      if (row.key().revokedAt() == null) {
        put(byHash, row, byHash.get(row.hash()), stopped);
      } else {
        onlyOnBoard.remove(row.hash());
        if (remember(row.hash()) && onlyInPostgres.size() < MOST_REVOKED) {
          onlyInPostgres.add(row.hash());
        }
        drop(row.hash(), stopped);
      }
    }
    if (!changed.isEmpty()) {
      index();
    }
    return stopped;
  }

  /** Takes hashes that are revoked on the board. */
  List<ApiKey> ban(List<String> hashes) {
    List<ApiKey> stopped = new ArrayList<>();
    for (String hash : hashes) {
      onlyInPostgres.remove(hash);
      if (remember(hash) && drop(hash, stopped)) {
        onlyOnBoard.add(hash);
      }
    }
    if (!hashes.isEmpty()) {
      index();
    }
    return stopped;
  }

  /** Moves on to {@code now} and answers the keys that expired since the last call. */
  List<ApiKey> sweep(Instant now) {
    Instant from = sweptTo;
    sweptTo = now.isAfter(from) ? now : from;
    if (nextExpiry.isAfter(now)) {
      return List.of();
    }
    List<ApiKey> stopped = new ArrayList<>();
    nextExpiry = Instant.MAX;
    for (ApiKey key : byHash.values()) {
      if (key.expired(now) && !key.expired(from)) {
        stopped.add(key);
      } else {
        noteExpiry(key);
      }
    }
    return stopped;
  }

  Set<String> onlyOnBoard() {
    return Set.copyOf(onlyOnBoard);
  }

  Set<String> onlyInPostgres() {
    return Set.copyOf(onlyInPostgres);
  }

  /** The hashes are now in both places. */
  void settled(Set<String> hashes) {
    onlyOnBoard.removeAll(hashes);
    onlyInPostgres.removeAll(hashes);
  }

  private void put(
      Map<String, ApiKey> keys, Stored row, @Nullable ApiKey old, List<ApiKey> stopped) {
    if (revoked.contains(row.hash())) {
      onlyOnBoard.add(row.hash());
      return;
    }
    ApiKey key = row.key();
    keys.put(row.hash(), key);
    noteExpiry(key);
    // An expiry that was moved into the past is behind the sweep.
    if (old != null && !old.expired(sweptTo) && key.expired(sweptTo)) {
      stopped.add(key);
    }
  }

  private void noteExpiry(ApiKey key) {
    Instant expires = key.expiresAt();
    if (expires != null && expires.isAfter(sweptTo) && expires.isBefore(nextExpiry)) {
      nextExpiry = expires;
    }
  }

  private boolean drop(String hash, List<ApiKey> stopped) {
    ApiKey old = byHash.remove(hash);
    if (old != null && !old.expired(sweptTo)) {
      stopped.add(old);
    }
    return old != null;
  }

  private boolean remember(String hash) {
    if (!revoked.add(hash)) {
      return false;
    }
    revokedInOrder.add(hash);
    if (revokedInOrder.size() > MOST_REVOKED) {
      revoked.remove(revokedInOrder.remove());
    }
    return true;
  }
}
