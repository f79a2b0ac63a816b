package io.ruche.auth.web;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How often an address may present a wrong key: N at once and N a minute. A try is taken before the
 * key is looked at and given back when it was right, so that many at once do not slip through.
 *
 * <p>It remembers so many addresses and forgets the one that tried longest ago: guessing 178 bits
 * is hopeless from any number of them, and what is bounded here is the work that it makes.
 */
final class SignInTries {

  private static final long MINUTE_NANOS = 60_000_000_000L;
  private static final int MOST_ADDRESSES = 10_000;

  private final long step;
  private final long size;

  /** The moment at which each address has all its tries again. */
  private final Map<String, Long> fullAt = new LinkedHashMap<>(16, 0.75f, true);

  SignInTries(int perMinute) {
    this.step = MINUTE_NANOS / perMinute;
    this.size = step * perMinute;
  }

  /** Takes a try; zero when there was one, else how long until there is. */
  synchronized Duration take(String address, long now) {
    long used = used(address, now);
    if (used + step > size) {
      return Duration.ofNanos(used + step - size);
    }
    fullAt.put(address, now + used + step);
    if (fullAt.size() > MOST_ADDRESSES) {
      fullAt.remove(fullAt.keySet().iterator().next());
    }
    return Duration.ZERO;
  }

  synchronized void giveBack(String address, long now) {
    long used = used(address, now) - step;
    if (used > 0) {
      fullAt.put(address, now + used);
    } else {
      fullAt.remove(address);
    }
  }

  synchronized int addresses() {
    return fullAt.size();
  }

  private long used(String address, long now) {
    Long full = fullAt.get(address);
    return full == null ? 0 : Math.clamp(full - now, 0, size);
  }
}
