package io.ruche.aiproxy.routing;

import io.ruche.aiproxy.routing.retry.Retries;
import io.ruche.config.Secret;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Providers that nobody calls. */
public final class TestProviders {

  private TestProviders() {}

  /** A provider with a name alone. */
  public static Provider named(String name) {
    return at(name, URI.create("http://" + name + "/v1"), null);
  }

  static Provider at(String name, URI url, @Nullable Secret key) {
    return new Provider(
        name,
        url,
        key,
        new Timeouts(Duration.ofSeconds(5), Duration.ofSeconds(60), Duration.ofSeconds(60)),
        new Pool(1, 1, Duration.ofSeconds(30)),
        new Retries(1, Duration.ofMillis(200), Duration.ofSeconds(2)),
        Map.of(),
        null);
  }
}
