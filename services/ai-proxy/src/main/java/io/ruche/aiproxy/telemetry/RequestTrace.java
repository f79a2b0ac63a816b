package io.ruche.aiproxy.telemetry;

import io.ruche.aiproxy.ledger.entry.End;
import io.ruche.aiproxy.ledger.entry.Start;
import io.ruche.aiproxy.ledger.entry.UsageSource;
import io.ruche.aiproxy.routing.Provider;
import io.ruche.aiproxy.routing.Target;
import io.ruche.aiproxy.upstream.Attempt;
import io.ruche.aiproxy.upstream.AttemptListener;
import io.ruche.metrics.Span;
import io.ruche.metrics.Tracing;
import org.jspecify.annotations.Nullable;

/**
 * The spans of one request: its own, with the attributes of OpenTelemetry's conventions for
 * generative AI, and below it one for each attempt at a provider, as an HTTP client's. Never what
 * was asked or answered. Confined to the context of the request.
 */
public final class RequestTrace implements AttemptListener {

  private final Tracing tracing;
  private final Span span;
  private final AttemptListener next;
  private @Nullable Span attempt;
  private @Nullable Provider asked;

  /**
   * @param span of the request, begun
   * @param next hears of the attempts as well
   */
  RequestTrace(Tracing tracing, Span span, Start start, AttemptListener next) {
    this.tracing = tracing;
    this.span = span;
    this.next = next;
    span.attribute("gen_ai.operation.name", start.operation());
    span.attribute("gen_ai.request.model", start.model());
    span.attribute("ruche.tenant", start.tenant());
    span.attribute("ruche.request.id", start.id());
  }

  @Override
  public void began(int number, Target target) {
    endAttempt();
    Provider provider = target.provider();
    asked = provider;
    Span one = tracing.start("POST", Span.Kind.CLIENT, span.traceparent());
    one.attribute("http.request.method", "POST");
    one.attribute("server.address", provider.baseUrl().getHost());
    one.attribute("server.port", provider.port());
    one.attribute("gen_ai.provider.name", provider.name());
    one.attribute("gen_ai.request.model", target.model());
    if (number > 1) {
      one.attribute("http.request.resend_count", number - 1L);
    }
    attempt = one;
    next.began(number, target);
  }

  /** The head of the answer: the span of one that is passed on lasts as long as the request. */
  @Override
  public void ended(Attempt ended) {
    next.ended(ended);
    Span one = attempt;
    if (one == null) {
      return;
    }
    if (ended.status() > 0) {
      one.attribute("http.response.status_code", ended.status());
    }
    if (ended.fault() != null) {
      fail(one, ended.fault().code());
      endAttempt();
    } else if (ended.status() >= 400) {
      fail(one, ErrorType.ofStatus(ended.status()));
      endAttempt();
    }
  }

  private static void fail(Span one, String error) {
    one.attribute("error.type", error);
    one.fail(error);
  }

  private void endAttempt() {
    if (attempt != null) {
      attempt.end();
      attempt = null;
    }
  }

  /**
   * The request has ended.
   *
   * @param fault the code of the failure that its client was told; null for none
   */
  public void end(End end, @Nullable String fault) {
    endAttempt();
    if (asked != null) {
      span.attribute("gen_ai.provider.name", asked.name());
      span.attribute("server.address", asked.baseUrl().getHost());
      span.attribute("server.port", asked.port());
    }
    if (end.upstreamModel() != null) {
      span.attribute("gen_ai.response.model", end.upstreamModel());
    }
    if (end.usage() != UsageSource.NONE) {
      span.attribute("gen_ai.usage.input_tokens", end.inputTokens());
      span.attribute("gen_ai.usage.output_tokens", end.outputTokens());
    }
    String error = ErrorType.of(end, fault);
    if (!error.isEmpty()) {
      fail(span, error);
    }
    span.end();
  }
}
