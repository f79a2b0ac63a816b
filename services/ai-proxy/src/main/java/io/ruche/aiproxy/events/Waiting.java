package io.ruche.aiproxy.events;

import io.ruche.aiproxy.gateway.Admitted;
import io.ruche.aiproxy.queue.Deadline;
import io.ruche.aiproxy.queue.Line;
import io.ruche.aiproxy.queue.Lines;
import io.ruche.aiproxy.queue.QueueConfig;
import io.ruche.aiproxy.routing.Catalog;
import io.ruche.aiproxy.routing.Outlook;
import io.ruche.aiproxy.routing.Priority;
import io.ruche.aiproxy.routing.Route;
import io.ruche.aiproxy.routing.TargetStates;
import io.ruche.aiproxy.upstream.Reader;
import io.ruche.aiproxy.upstream.Transfer;
import io.ruche.bus.Command;
import io.ruche.bus.Outcome;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Lets commands go up to the providers when there is room for them, and sends the others away. */
public final class Waiting {

  private static final String NO_ROOM =
      "It waits for its turn: the provider's limits leave no room beside other requests, or it does"
          + " not answer now.";

  private final Lines lines;
  private final Supplier<Catalog> catalogs;
  private final TargetStates states;
  private final Supplier<QueueConfig> config;
  private final Clock clock;

  /**
   * A place to wait.
   *
   * @param catalogs gives the routes in force
   * @param states what is known of the targets
   * @param config gives the settings in force
   */
  public Waiting(
      Lines lines,
      Supplier<Catalog> catalogs,
      TargetStates states,
      Supplier<QueueConfig> config,
      Clock clock) {
    this.lines = lines;
    this.catalogs = catalogs;
    this.states = states;
    this.config = config;
    this.clock = clock;
  }

  /**
   * One delivery of a command.
   *
   * @param model as the command names it
   * @param tokens about how many it will take
   */
  Job job(Command command, String model, long tokens) {
    return new Job(command, model, tokens);
  }

  /** One delivery of a command, on its way up or back. */
  final class Job {

    private final Command command;
    private final long tokens;
    private final Route route;
    private final Deadline deadline;
    private final Duration patience;
    private final Priority priority;
    private final Line line;
    private final String name;
    private final AtomicBoolean pending = new AtomicBoolean();

    private Job(Command command, String model, long tokens) {
      QueueConfig inForce = config.get();
      Instant now = clock.instant();
      this.command = command;
      this.tokens = tokens;
      this.route = catalogs.get().route(model);
      this.patience = inForce.giveUpAfter();
      this.deadline = new Deadline(command.accepted().plus(patience), command.envelope().expires());
      this.priority = deadline.priority(route, inForce.reserve(), now);
      this.line = lines.of(model, priority);
      this.name = command.client() + '/' + command.id();
    }

    /**
     * Null when it may go up now, which is to be followed by {@link #send} or {@link #notSent}; or
     * what becomes of it otherwise.
     */
    @Nullable Outcome goUp() {
      Outlook outlook = prospect(1, tokens);
      if (!outlook.missing().isEmpty()) {
        return later(outlook.missing(), Judgement.UNTIL_MENDED);
      }
      Duration wait = line.ask(command.tenant(), name, tokens, this::prospect);
      pending.set(wait == null);
      return wait == null ? null : later(NO_ROOM, wait);
    }

    private Outlook prospect(long requests, long together) {
      return Outlook.of(route, states, requests, together, priority);
    }

    /** Asks the targets that it may use now. */
    Transfer send(Admitted admitted, Reader reader) {
      try {
        return admitted.send(reader, priority);
      } finally {
        sent();
      }
    }

    /** It will not be sent after all; does nothing when it was. */
    void notSent() {
      if (sent()) {
        line.released();
      }
    }

    private boolean sent() {
      boolean first = pending.compareAndSet(true, false);
      if (first) {
        line.sent(tokens);
      }
      return first;
    }

    /**
     * It comes back after a wait, without having lost an attempt, unless it has waited too long.
     */
    Outcome later(String reason, Duration wait) {
      Instant now = clock.instant();
      return deadline.isPast(now)
          ? new Outcome.Dead(
              "It has waited for "
                  + patience.toSeconds()
                  + " s, as long as queue.give-up-after allows. "
                  + reason)
          : new Outcome.Later(reason, deadline.cut(wait, route, now));
    }

    /**
     * What becomes of it after it was sent.
     *
     * @param seen whether its client has seen some of an answer, so that the next attempt is to
     *     have another number
     */
    Outcome outcome(Judgement judgement, boolean seen) {
      return switch (judgement) {
        case Judgement.Done done -> {
          line.succeeded();
          yield new Outcome.Done(done.result(), List.of());
        }
        case Judgement.NotAsked notAsked -> {
          line.released();
          yield later(notAsked.reason(), line.back(command.tenant(), name, notAsked.after()));
        }
        case Judgement.Unwell unwell -> unwell(unwell, seen);
        case Judgement.Again again -> {
          line.succeeded();
          yield command.attempt() >= again.most()
              ? new Outcome.Dead(again.reason())
              : new Outcome.Retry(again.reason(), again.after());
        }
        case Judgement.Never never -> {
          line.succeeded();
          yield new Outcome.Dead(never.reason());
        }
      };
    }

    /** An attempt counts only while the provider is well otherwise: then it may be the command. */
    private Outcome unwell(Judgement.Unwell unwell, boolean seen) {
      line.failed(unwell.after());
      return seen || (unwell.suspect() && !prospect(1, tokens).down())
          ? new Outcome.Retry(unwell.reason(), unwell.after())
          : later(unwell.reason(), line.back(command.tenant(), name, Duration.ZERO));
    }
  }
}
