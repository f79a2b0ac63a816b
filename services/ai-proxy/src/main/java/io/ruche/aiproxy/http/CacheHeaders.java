package io.ruche.aiproxy.http;

import io.ruche.aiproxy.cache.Found;
import io.ruche.aiproxy.cache.Hit;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.Locale;

/** Tells the client of a route that keeps answers whether this is one of them. */
final class CacheHeaders {

  private static final CharSequence CACHE = HttpHeaders.createOptimized("x-ruche-cache");
  private static final CharSequence SIMILARITY =
      HttpHeaders.createOptimized("x-ruche-cache-similarity");

  private CacheHeaders() {}

  static void write(Found found, MultiMap headers) {
    headers.set(CACHE, found.word());
    if (found instanceof Hit hit && hit.isSemantic()) {
      headers.set(SIMILARITY, String.format(Locale.ROOT, "%.4f", hit.similarity()));
    }
  }
}
