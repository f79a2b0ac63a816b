package io.ruche.aiproxy;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import io.ruche.aiproxy.http.page.ProviderState;
import io.ruche.aiproxy.http.page.ProviderState.Circuit;
import io.ruche.aiproxy.http.page.ProviderState.Model;
import io.ruche.aiproxy.http.page.ProviderState.Quota;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * The providers as the page shows them, in metrics: what is left of their quotas, how many of their
 * models are down, when they last answered well. Looked at every two seconds, so that a request
 * pays nothing for it.
 */
final class ProviderGauges {

  private static final long EVERY_MILLIS = 2_000;

  /** Names of models come from clients; past this many at one provider the rest is not shown. */
  private static final int MOST_MODELS = 100;

  private final Vertx vertx;
  private final Supplier<List<ProviderState>> providers;
  private final MultiGauge requestsLeft;
  private final MultiGauge requestsMost;
  private final MultiGauge tokensLeft;
  private final MultiGauge tokensMost;
  private final MultiGauge down;
  private final MultiGauge lastWell;
  private long timer = -1;

  ProviderGauges(Vertx vertx, MeterRegistry registry, Supplier<List<ProviderState>> providers) {
    this.vertx = vertx;
    this.providers = providers;
    this.requestsLeft =
        gauge(
            registry, "ruche_ai_proxy_quota_left_requests", "Requests that a provider allows now");
    this.requestsMost =
        gauge(registry, "ruche_ai_proxy_quota_most_requests", "Requests it allows in the period");
    this.tokensLeft =
        gauge(registry, "ruche_ai_proxy_quota_left_tokens", "Tokens that a provider allows now");
    this.tokensMost =
        gauge(registry, "ruche_ai_proxy_quota_most_tokens", "Tokens it allows in the period");
    this.down =
        gauge(
            registry,
            "ruche_ai_proxy_provider_down_models",
            "Models of a provider that are not asked because they have failed too often");
    this.lastWell =
        gauge(
            registry,
            "ruche_ai_proxy_provider_last_success_timestamp_seconds",
            "When a provider last answered well, since 1970");
  }

  private static MultiGauge gauge(MeterRegistry registry, String name, String description) {
    return MultiGauge.builder(name).description(description).register(registry);
  }

  void start() {
    look();
    timer = vertx.setPeriodic(EVERY_MILLIS, id -> look());
  }

  void stop() {
    vertx.cancelTimer(timer);
  }

  void look() {
    List<ProviderState> now = providers.get().stream().filter(ProviderState::configured).toList();
    quotas(now, "requests", requestsLeft, requestsMost);
    quotas(now, "tokens", tokensLeft, tokensMost);
    down.register(
        now.stream()
            .<Row<?>>map(
                provider ->
                    Row.of(
                        Tags.of("provider", provider.name()),
                        provider.models().stream()
                            .filter(model -> model.circuit() != Circuit.CLOSED)
                            .count()))
            .toList(),
        true);
    lastWell.register(
        now.stream()
            .filter(provider -> latest(provider) > 0)
            .<Row<?>>map(provider -> Row.of(Tags.of("provider", provider.name()), latest(provider)))
            .toList(),
        true);
  }

  private static void quotas(List<ProviderState> now, String of, MultiGauge left, MultiGauge most) {
    List<Row<?>> leftRows = new ArrayList<>();
    List<Row<?>> mostRows = new ArrayList<>();
    for (ProviderState provider : now) {
      for (Model model :
          provider.models().subList(0, Math.min(MOST_MODELS, provider.models().size()))) {
        for (Quota quota : model.quotas()) {
          if (quota.of().equals(of)) {
            Tags tags =
                Tags.of(
                    "provider", provider.name(), "model", model.model(), "period", quota.period());
            leftRows.add(Row.of(tags, quota.remaining()));
            mostRows.add(Row.of(tags, quota.limit()));
          }
        }
      }
    }
    left.register(leftRows, true);
    most.register(mostRows, true);
  }

  /** Seconds since 1970; 0 for never. */
  private static long latest(ProviderState provider) {
    return provider.models().stream()
        .map(Model::lastWell)
        .filter(Objects::nonNull)
        .mapToLong(Instant::getEpochSecond)
        .max()
        .orElse(0);
  }
}
