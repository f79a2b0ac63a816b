package io.ruche.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmInfoMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

/** The metrics of one process, in the text format that Prometheus scrapes. Thread-safe. */
public final class Metrics implements AutoCloseable {

  /** The value of Content-Type for {@link #scrape()}. */
  public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private static final int MAX_TENANTS = 100;
  private static final int MAX_CLIENTS = 500;

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics garbage = new JvmGcMetrics();

  /**
   * Metrics that all carry the label {@code service}, with those of the JVM and the process.
   *
   * @param service the stem of the service, or {@code standalone}
   */
  public Metrics(String service) {
    registry
        .config()
        .commonTags("service", service)
        .meterFilter(new LabelCap("tenant", MAX_TENANTS))
        .meterFilter(new LabelCap("client", MAX_CLIENTS))
        .meterFilter(new NamingRule());
    new ClassLoaderMetrics().bindTo(registry);
    new JvmInfoMetrics().bindTo(registry);
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    garbage.bindTo(registry);
  }

  /** Where a part registers its meters; names that break the rule of the package are refused. */
  public MeterRegistry registry() {
    return registry;
  }

  /** All metrics now, in Prometheus' text format. Walks every meter, so keep it off event loops. */
  public String scrape() {
    return registry.scrape();
  }

  @Override
  public void close() {
    garbage.close();
    registry.close();
  }
}
