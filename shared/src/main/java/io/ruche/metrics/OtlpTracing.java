package io.ruche.metrics;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Spans to an OTLP/HTTP collector, in batches; a collector that is away loses spans and nothing
 * else.
 */
final class OtlpTracing implements Tracing {

  private static final Duration EXPORT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration BATCH_DELAY = Duration.ofSeconds(1);
  private static final int MAX_QUEUED_SPANS = 4_096;

  private final SdkTracerProvider provider;
  private final Tracer tracer;

  OtlpTracing(URI endpoint, double sampleRatio, String service) {
    String base = endpoint.toString();
    String traces = (base.endsWith("/") ? base : base + "/") + "v1/traces";
    OtlpHttpSpanExporter exporter =
        OtlpHttpSpanExporter.builder().setEndpoint(traces).setTimeout(EXPORT_TIMEOUT).build();
    BatchSpanProcessor batches =
        BatchSpanProcessor.builder(exporter)
            .setScheduleDelay(BATCH_DELAY)
            .setMaxQueueSize(MAX_QUEUED_SPANS)
            .setExporterTimeout(EXPORT_TIMEOUT)
            .build();
    this.provider =
        SdkTracerProvider.builder()
            .setResource(
                Resource.getDefault()
                    .merge(
                        Resource.create(
                            Attributes.of(AttributeKey.stringKey("service.name"), service))))
            .setSampler(Sampler.parentBased(Sampler.traceIdRatioBased(sampleRatio)))
            .addSpanProcessor(batches)
            .build();
    this.tracer = provider.get("io.ruche");
  }

  @Override
  public boolean on() {
    return true;
  }

  @Override
  public Span start(String name, Span.Kind kind, @Nullable String traceparent) {
    // The context is given explicitly: a thread-local one would leak between the requests of a
    // loop.
    Context parent =
        traceparent == null
            ? Context.root()
            : W3CTraceContextPropagator.getInstance()
                .extract(Context.root(), traceparent, OneField.INSTANCE);
    return new OtlpSpan(
        tracer.spanBuilder(name).setParent(parent).setSpanKind(sdkKind(kind)).startSpan());
  }

  @Override
  public Future<Void> start() {
    return Future.succeededFuture();
  }

  /** Flushes what is queued; bounded by the export timeout. */
  @Override
  public Future<Void> stop() {
    Promise<Void> done = Promise.promise();
    provider.shutdown().whenComplete(done::complete);
    return done.future();
  }

  private static SpanKind sdkKind(Span.Kind kind) {
    return switch (kind) {
      case SERVER -> SpanKind.SERVER;
      case CLIENT -> SpanKind.CLIENT;
      case PRODUCER -> SpanKind.PRODUCER;
      case CONSUMER -> SpanKind.CONSUMER;
      case INTERNAL -> SpanKind.INTERNAL;
    };
  }

  private record OtlpSpan(io.opentelemetry.api.trace.Span sdk) implements Span {

    @Override
    public @Nullable String traceparent() {
      String[] header = new String[1];
      W3CTraceContextPropagator.getInstance()
          .inject(
              Context.root().with(sdk),
              header,
              (carrier, key, value) -> {
                if (carrier != null && key.equals("traceparent")) {
                  carrier[0] = value;
                }
              });
      return header[0];
    }

    @Override
    public void name(String name) {
      sdk.updateName(name);
    }

    @Override
    public void attribute(String key, String value) {
      sdk.setAttribute(key, value);
    }

    @Override
    public void attribute(String key, long value) {
      sdk.setAttribute(key, value);
    }

    @Override
    public void fail(String reason) {
      sdk.setStatus(StatusCode.ERROR, reason);
    }

    @Override
    public void end() {
      sdk.end();
    }
  }

  private enum OneField implements TextMapGetter<String> {
    INSTANCE;

    @Override
    public Iterable<String> keys(String traceparent) {
      return List.of("traceparent");
    }

    @Override
    public @Nullable String get(@Nullable String traceparent, String key) {
      return key.equals("traceparent") ? traceparent : null;
    }
  }
}
