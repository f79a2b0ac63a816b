package io.ruche.aiproxy.cache;

/** What the cache has for a request. */
public sealed interface Found permits Hit, Lease {

  /** Its word in {@code x-ruche-cache}. */
  String word();
}
