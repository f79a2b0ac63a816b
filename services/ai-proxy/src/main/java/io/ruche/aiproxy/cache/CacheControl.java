package io.ruche.aiproxy.cache;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a client wants of the cache, in the words of RFC 9111. */
public enum CacheControl {
  /** An answer that was kept will do. */
  USE,
  /** {@code no-cache}: a new answer, which is kept in place of an older one. */
  RENEW,
  /** {@code no-store}: a new answer, of which nothing is kept. */
  BYPASS;

  /** Reads the request's header; null when there is none. */
  public static CacheControl of(@Nullable String header) {
    if (header == null) {
      return USE;
    }
    CacheControl wanted = USE;
    for (String directive : header.toLowerCase(Locale.ROOT).split(",", -1)) {
      switch (directive.strip()) {
        case "no-store" -> {
          return BYPASS;
        }
        case "no-cache" -> wanted = RENEW;
        default -> {}
      }
    }
    return wanted;
  }
}
