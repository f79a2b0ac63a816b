package io.ruche.aiproxy.gateway;

import io.ruche.aiproxy.limits.Decision;
import io.ruche.aiproxy.limits.Measure;
import io.ruche.aiproxy.routing.Target;
import io.ruche.auth.limits.Dollars;
import io.ruche.auth.web.RateLimitHandler;
import io.ruche.http.Failure;
import java.time.Duration;
import java.util.List;

/** Refusals of {@code limits} as failures that OpenAI's clients know how to take. */
public final class LimitFailures {

  /** OpenAI's clients wait no longer than this for a retry, and try at once instead. */
  private static final Duration LONGEST_CLIENT_WAIT = Duration.ofSeconds(60);

  private LimitFailures() {}

  /** 429 that says which limit is used up, of whom, and when to ask again. */
  public static Failure of(Decision.Refused refused) {
    String detail = detail(refused);
    Failure failure =
        refused.measure().money()
            ? Failure.of(429, "insufficient_quota", "A budget is used up", detail)
            : Failure.of(429, "too_many_requests", "A limit is used up", detail);
    if (!refused.possible()) {
      return failure.withHeader("x-should-retry", "false");
    }
    Failure told = failure.withRetryAfter(refused.retryAfter());
    return refused.retryAfter().compareTo(LONGEST_CLIENT_WAIT) > 0
        ? told.withHeader("x-should-retry", "false")
        : told;
  }

  /** 503: nobody can tell what is left. */
  public static Failure of(Decision.Unavailable unavailable) {
    return Failure.unavailable(unavailable.reason(), unavailable.retryAfter());
  }

  /** 403: a budget cannot be held to what nobody knows the price of. */
  static Failure withoutPrice(Target target) {
    String detail =
        "The key has a budget, and "
            + target.provider().name()
            + "/"
            + target.model()
            + " has no price: name one in ai-proxy.yaml (prices), or ask for another model.";
    return Failure.of(403, "model_not_priced", "The model has no price", detail)
        .withFlaws(List.of(new Failure.Flaw("/model", detail)));
  }

  private static String detail(Decision.Refused refused) {
    Measure measure = refused.measure();
    String whose = capital(refused.owner().spelled());
    String limit = amount(measure, refused.limit()) + " " + measure.unit();
    if (!refused.possible()) {
      return whose
          + " may use "
          + limit
          + ", and this request may need "
          + amount(measure, refused.needed())
          + ": ask for less, for example by a lower max_tokens.";
    }
    String left =
        measure == Measure.CONCURRENT
            ? " and has as many running"
            : " and has "
                + amount(measure, refused.remaining())
                + " left, of which this request may need "
                + amount(measure, refused.needed());
    return whose
        + " may use "
        + limit
        + left
        + "; ask again in "
        + RateLimitHandler.spelled(refused.retryAfter())
        + ". (limit: "
        + measure.word()
        + ")";
  }

  private static String amount(Measure measure, long value) {
    return measure.money() ? Dollars.shown(value) : Long.toString(value);
  }

  private static String capital(String text) {
    return Character.toUpperCase(text.charAt(0)) + text.substring(1);
  }
}
