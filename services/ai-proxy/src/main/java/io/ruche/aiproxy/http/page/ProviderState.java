package io.ruche.aiproxy.http.page;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A provider as it is seen now.
 *
 * @param name as the configuration calls it
 * @param address its host, for people; no path and no credentials
 * @param configured whether requests can be sent there at all, which takes a key with most
 * @param models those that were asked since the start; others are thought to be well
 */
public record ProviderState(String name, String address, boolean configured, List<Model> models) {

  public ProviderState {
    models = List.copyOf(models);
  }

  /** Whether requests are sent. */
  public enum Circuit {
    CLOSED,
    OPEN,
    /** One request tries whether the provider is back. */
    PROBING
  }

  /**
   * One model there.
   *
   * @param model as the provider calls it
   * @param retryIn until an open circuit lets a request try; zero when it is closed
   * @param cause the last failure, for people; empty when it is closed
   * @param lastWell when it last answered well, to the second; null for not since the start
   * @param waitFor how long the quota holds back the next request; zero when it does not
   * @param quotas the limits that are known
   */
  public record Model(
      String model,
      Circuit circuit,
      Duration retryIn,
      String cause,
      @Nullable Instant lastWell,
      Duration waitFor,
      List<Quota> quotas) {

    public Model {
      quotas = List.copyOf(quotas);
    }
  }

  /**
   * One limit of a provider for a model.
   *
   * @param of what is counted, {@code requests} or {@code tokens}
   * @param period {@code minute} or {@code day}
   * @param remaining what is left now
   */
  public record Quota(String of, String period, long limit, long remaining) {}

  /** {@code up}, {@code degraded} (some models down), {@code down} or {@code unconfigured}. */
  String word() {
    if (!configured) {
      return "unconfigured";
    }
    long down = models.stream().filter(model -> model.circuit() != Circuit.CLOSED).count();
    if (down == 0) {
      return "up";
    }
    return down == models.size() ? "down" : "degraded";
  }
}
