package io.ruche.embedservice.events;

import io.ruche.bus.Command;
import io.ruche.bus.Outcome;
import io.ruche.http.Failure;
import io.ruche.store.S3Exception;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a failure means for the command that met it. */
final class Outcomes {

  /** After that it is not waited any longer for what is away or busy. */
  static final Duration LONGEST_WAIT = Duration.ofDays(1);

  private static final Duration SHORT = Duration.ofSeconds(2);

  private static final String PUT_IT_THERE =
      " Put it there, no longer than max-file in embed-service.yaml, and send the command again.";

  private static final int LONGEST_DETAIL = 1_000;

  private static final Logger LOG = LoggerFactory.getLogger(Outcomes.class);

  private Outcomes() {}

  /** Not now, not so, or never. */
  static Outcome of(Exception failure, Command command) throws Exception {
    return switch (failure) {
      case Failure told when isPassing(told.status()) ->
          Instant.now().isAfter(command.accepted().plus(LONGEST_WAIT))
              ? Outcome.dead("It has waited for a day. " + told.detail())
              : new Outcome.Later(told.detail(), after(told));
      case Failure told when told.status() < 500 -> Outcome.dead(told.detail());
      case Failure told -> new Outcome.Retry(told.detail(), null);
      case S3Exception s3 when s3.lasting() -> Outcome.dead(s3.getMessage() + PUT_IT_THERE);
      case S3Exception s3 -> Outcome.retry(String.valueOf(s3.getMessage()));
      case TimeoutException late -> Outcome.retry("A step took too long.");
      default -> throw failure;
    };
  }

  /** As {@link #of}, of the last attempt: nothing is tried again. */
  static Outcome last(Exception failure, Command command) {
    try {
      Outcome outcome = of(failure, command);
      return outcome instanceof Outcome.Retry retry ? Outcome.dead(retry.reason()) : outcome;
    } catch (Exception unexpected) {
      LOG.warn("the last attempt failed", unexpected);
      return Outcome.dead(
          "Something unexpected went wrong ("
              + unexpected.getClass().getSimpleName()
              + "); the log says where. Once it is mended, `./ruche dlq replay` tries again.");
    }
  }

  private static boolean isPassing(int status) {
    return status == 429 || status == 503;
  }

  private static Duration after(Failure told) {
    @Nullable String seconds = told.headers().get("Retry-After");
    try {
      return seconds == null ? SHORT : Duration.ofSeconds(Long.parseLong(seconds));
    } catch (NumberFormatException date) {
      return SHORT;
    }
  }

  /**
   * The failure as problem JSON has it.
   *
   * @param detail what was wrong, where, and what would be right
   */
  static JsonObject problem(Exception failure, String detail) {
    JsonObject problem =
        failure instanceof Failure told
            ? new JsonObject()
                .put("status", told.status())
                .put("code", told.code())
                .put("title", told.title())
            : new JsonObject()
                .put("status", failure instanceof S3Exception ? 422 : 500)
                .put("code", failure instanceof S3Exception ? "object_unreadable" : "failed")
                .put("title", "The document could not be indexed");
    return problem.put("detail", detail);
  }

  /** What the event of a failure carries: the document, as far as it is known, and the problem. */
  static JsonObject details(JsonObject document, JsonObject problem) {
    String detail = problem.getString("detail", "").replaceAll("\\p{Cntrl}", " ");
    return document
        .copy()
        .put(
            "problem",
            problem
                .copy()
                .put("detail", detail.substring(0, Math.min(LONGEST_DETAIL, detail.length()))));
  }
}
