package io.ruche.bus;

import io.ruche.bus.envelope.Payload;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How handling a command ended. An exception that leaves the handler counts as {@link Retry}. */
public sealed interface Outcome {

  /**
   * The command took effect. Result and events are committed together with the command's end, once.
   */
  record Done(Payload result, List<Event> events) implements Outcome {
    public Done {
      events = List.copyOf(events);
    }
  }

  /**
   * Not now: try again after a back-off.
   *
   * @param reason for an operator, kept with the command when it finally dies
   * @param after the least time to wait, when the cause told one
   */
  record Retry(String reason, @Nullable Duration after) implements Outcome {}

  /**
   * Its turn has not come: deliver it again after {@code after}, without counting an attempt. For
   * limits, which pass by themselves; at most an hour.
   */
  record Later(String reason, Duration after) implements Outcome {}

  /**
   * Never: to the dead-letter stream with its original bytes.
   *
   * @param reason a sentence for people
   * @param details what failed, for programs: the member {@code details} of the event and of the
   *     reply; at most {@link #MOST_DETAILS} characters of JSON, or null
   */
  record Dead(String reason, @Nullable JsonObject details) implements Outcome {

    /** Of the details, in characters: an event says what failed and does not carry it. */
    public static final int MOST_DETAILS = 4_096;

    public Dead(String reason) {
      this(reason, null);
    }

    public Dead {
      if (details != null) {
        details = details.copy();
        if (details.encode().length() > MOST_DETAILS) {
          throw new IllegalArgumentException(
              "the details of a death have at most " + MOST_DETAILS + " characters");
        }
      }
    }
  }

  static Outcome done(Payload result, Event... events) {
    return new Done(result, List.of(events));
  }

  static Outcome retry(String reason) {
    return new Retry(reason, null);
  }

  static Outcome dead(String reason) {
    return new Dead(reason, null);
  }

  static Outcome dead(String reason, JsonObject details) {
    return new Dead(reason, details);
  }
}
