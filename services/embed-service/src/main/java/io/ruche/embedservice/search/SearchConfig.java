package io.ruche.embedservice.search;

import io.ruche.config.Default;
import io.ruche.config.Description;

/** How deep a search looks. */
public record SearchConfig(
    @Description("Chunks of each list that are fused, 10 to 1000; more when more hits are wanted.")
        @Default("100")
        int candidates,
    @Description("Best passages that the reranker reads, 1 to 100.") @Default("20") int reranked) {

  /** Names the setting and what would be right. */
  public SearchConfig {
    if (candidates < 10 || candidates > 1_000) {
      throw new IllegalArgumentException("candidates is 10 to 1000, not " + candidates);
    }
    if (reranked < 1 || reranked > SearchRequest.MOST_HITS) {
      throw new IllegalArgumentException("reranked is 1 to 100, not " + reranked);
    }
  }

  /** The defaults. */
  public static SearchConfig standard() {
    return new SearchConfig(100, 20);
  }
}
