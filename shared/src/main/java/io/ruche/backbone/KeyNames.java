package io.ruche.backbone;

import io.ruche.auth.KeyRing;
import io.ruche.auth.KeyStore;
import io.ruche.auth.KeyStore.Bearer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Tells a name that was a key's from one that never was, as those of clients are that a broker with
 * accounts of its own lets in. The latter are remembered, so that they go on without PostgreSQL.
 * Thread-safe.
 */
final class KeyNames {

  private static final int MOST = 10_000;
  private static final long FRESH_NS = Duration.ofMinutes(1).toNanos();
  private static final long BOUND_S = 5;

  private final KeyStore store;

  /** When PostgreSQL said last that nobody bears the name; the oldest goes first. */
  private final Map<String, Long> nobodys =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
          return size() > MOST;
        }
      };

  KeyNames(KeyRing keys, KeyStore store) {
    this.store = store;
    keys.onRevoked(key -> forget(key.mqttUser()));
  }

  /** Who bears the name; null when nobody can tell now. Blocks, for some seconds at most. */
  @Nullable Bearer bearer(String tenant, String name) {
    String whole = tenant + "." + name;
    Long told = told(whole);
    if (told != null && System.nanoTime() - told < FRESH_NS) {
      return Bearer.NOBODY;
    }
    Bearer bearer;
    try {
      bearer = store.bearer(tenant, name).await(BOUND_S, TimeUnit.SECONDS);
    } catch (Exception away) {
      // Whatever it is: await throws checked exceptions that it does not declare.
      return told == null ? null : Bearer.NOBODY;
    }
    if (bearer == Bearer.NOBODY) {
      remember(whole);
    } else {
      forget(whole);
    }
    return bearer;
  }

  private synchronized @Nullable Long told(String name) {
    return nobodys.get(name);
  }

  private synchronized void remember(String name) {
    nobodys.remove(name);
    nobodys.put(name, System.nanoTime());
  }

  private synchronized void forget(String name) {
    nobodys.remove(name);
  }
}
