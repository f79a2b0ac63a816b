package io.ruche.aiproxy.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.aiproxy.routing.Admission;
import io.ruche.aiproxy.routing.Outlook;
import io.ruche.aiproxy.routing.Priority;
import io.ruche.aiproxy.routing.Route;
import io.ruche.aiproxy.routing.Target;
import io.ruche.aiproxy.routing.TargetStates;
import io.ruche.aiproxy.routing.TestProviders;
import io.ruche.aiproxy.routing.circuit.CircuitListener;
import io.ruche.aiproxy.routing.circuit.CircuitRules;
import java.time.Duration;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Jobs that were queued while the provider does not answer for an hour, on a clock of the test's:
 * they wait at no cost, and are done soon after.
 */
final class HourWithoutProviderTest {

  private static final long HOUR = Duration.ofHours(1).toNanos();
  private static final long ANSWER = Duration.ofMillis(200).toNanos();
  private static final int JOBS = 2_000;
  private static final int AT_ONCE = 16;
  private static final long TOKENS = 10;
  private static final Priority QUEUED = new Priority(0.2, false);
  private static final CircuitRules CIRCUITS =
      new CircuitRules(
          5, Duration.ofSeconds(10), 20, 0.5, Duration.ofSeconds(1), Duration.ofMinutes(1));

  private final AtomicLong now = new AtomicLong(1);
  private final TargetStates states = new TargetStates(now::get, CIRCUITS, CircuitListener.NONE);
  private final Target target = Target.only(TestProviders.named("groq"), "m");
  private final Route route = Route.to(target);
  private final Line line = new Lines(now::get).of("m", QUEUED);

  /** When something happens: a job comes back, or its call ends. */
  private record Event(long at, int job, @Nullable Admission call) {}

  private final PriorityQueue<Event> events =
      new PriorityQueue<>((a, b) -> Long.compare(a.at(), b.at()));
  private int calls;
  private int looks;
  private int done;
  private int underWay;

  /** How the provider answers at a moment: a status, or 0 for no answer. */
  private interface Weather {
    int at(long nanos);
  }

  @Test
  void waitsOutAProviderThatIsNotThere() {
    long ended = run(at -> at < HOUR ? 0 : 200, Map.of());

    assertDrained(ended, 100);
  }

  @Test
  void waitsOutAProviderThatAnswersItIsNotWell() {
    long ended = run(at -> at < HOUR ? 503 : 200, Map.of());

    assertDrained(ended, 100);
  }

  @Test
  void waitsOutAnHourOfNothingBut429() {
    long ended = run(at -> at < HOUR ? 429 : 200, Map.of());

    assertDrained(ended, 100);
  }

  @Test
  void keepsToADailyLimitThatAsksForHours() {
    long ended = run(at -> at < HOUR ? 429 : 200, Map.of("retry-after", "14400"));

    assertTrue(calls - JOBS <= AT_ONCE + 4, calls + " calls");
    assertTrue(ended - HOUR < Duration.ofMinutes(30).toNanos(), Duration.ofNanos(ended).toString());
  }

  @Test
  void waitsOutAnHourWithoutCapacity() {
    long ended = run(at -> at < HOUR ? 498 : 200, Map.of());

    assertDrained(ended, 100);
  }

  private void assertDrained(long ended, int besides) {
    String figures =
        "%d done, %d calls, %d looks, all done %s after the outage"
            .formatted(done, calls, looks, Duration.ofNanos(ended - HOUR));
    System.getLogger("HourWithoutProvider").log(System.Logger.Level.INFO, figures);
    assertEquals(JOBS, done, figures);
    assertTrue(calls - JOBS <= besides, figures);
    assertTrue(ended - HOUR < Duration.ofMinutes(3).toNanos(), figures);
    assertTrue(looks < 2_000_000, figures);
  }

  /** Returns when the last job was done. */
  private long run(Weather weather, Map<String, String> refusal) {
    for (int job = 0; job < JOBS; job++) {
      events.add(new Event(1, job, null));
    }
    while (done < JOBS) {
      Event event = events.remove();
      now.set(Math.max(now.get(), event.at()));
      if (now.get() > 3 * HOUR) {
        return now.get();
      }
      if (event.call() == null) {
        look(event.job());
      } else {
        answer(event, event.call(), weather.at(now.get()), refusal);
      }
    }
    return now.get();
  }

  private void look(int job) {
    if (underWay >= AT_ONCE) {
      events.add(new Event(now.get() + ANSWER / 10, job, null));
      return;
    }
    looks++;
    Duration wait =
        line.ask(
            "t",
            "job" + job,
            TOKENS,
            (requests, tokens) -> Outlook.of(route, states, requests, tokens, QUEUED));
    if (wait != null) {
      events.add(new Event(now.get() + wait.toNanos(), job, null));
      return;
    }
    Admission admission = Admission.of(states.of(target), TOKENS, QUEUED.reserve(), now.get());
    line.sent(TOKENS);
    if (admission == null) {
      line.released();
      back(job);
    } else {
      calls++;
      underWay++;
      events.add(new Event(now.get() + ANSWER, job, admission));
    }
  }

  private void answer(Event event, Admission call, int status, Map<String, String> refusal) {
    underWay--;
    if (status == 200) {
      call.answered(200, name -> null);
      line.succeeded();
      done++;
      return;
    }
    if (status == 0) {
      call.unreachable("nobody there");
    } else {
      call.answered(status, refusal::get);
    }
    String told = refusal.get("retry-after");
    line.failed(told == null ? null : Duration.ofSeconds(Long.parseLong(told)));
    back(event.job());
  }

  private void back(int job) {
    Duration wait = line.back("t", "job" + job, Duration.ZERO);
    events.add(new Event(now.get() + wait.toNanos(), job, null));
  }
}
