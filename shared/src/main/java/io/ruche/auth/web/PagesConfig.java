package io.ruche.auth.web;

import io.ruche.config.Default;
import io.ruche.config.Description;
import io.ruche.config.Variable;
import java.time.Duration;
import java.util.List;

/** How people in a browser reach the pages and stay signed in. */
public record PagesConfig(
    @Description("How long a session lives after its last request.") @Default("12h")
        Duration sessionIdle,
    @Description(
            "Names by which browsers reach the pages, beside localhost and plain addresses; a page"
                + " under another name is refused, so that no foreign name can be bent to here.")
        @Variable("RUCHE_PAGES_HOSTS")
        List<String> hosts,
    @Description(
            "Addresses of proxies, or networks such as 10.42.0.0/16 that only they are in, which are"
                + " believed in X-Forwarded-For and X-Forwarded-Proto.")
        @Variable("RUCHE_PAGES_PROXIES")
        @Default("127.0.0.1,::1")
        List<String> proxies,
    @Description("Keys that one address may try in vain a minute.") @Default("6")
        int triesAMinute) {

  /** Names what would be right. */
  public PagesConfig {
    if (sessionIdle.toSeconds() < 1 || sessionIdle.toDays() > 30) {
      throw new IllegalArgumentException("session-idle must be between 1s and 30d");
    }
    if (triesAMinute < 1 || triesAMinute > 1_000) {
      throw new IllegalArgumentException("tries-a-minute must be between 1 and 1000");
    }
    hosts = List.copyOf(hosts);
    proxies = List.copyOf(proxies);
    proxies.forEach(AddressRange::parse);
  }

  /** What holds where nothing is configured. */
  public static PagesConfig defaults() {
    return new PagesConfig(Duration.ofHours(12), List.of(), List.of("127.0.0.1", "::1"), 6);
  }
}
