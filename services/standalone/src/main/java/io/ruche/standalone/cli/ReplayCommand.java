package io.ruche.standalone.cli;

import io.ruche.bus.redis.Replay;
import io.ruche.bus.redis.stream.StreamKeys;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ruche replay SERVICE [COMMAND]}. */
@Command(
    name = "replay",
    description = {
      "Repeats what a tenant's history still has (7 days): commands run again under their old ids,",
      "or, with --events, events and replies are published again.",
      "With --id a command runs even if it has expired meanwhile."
    })
@SuppressWarnings("NullAway.Init") // picocli sets the options
public final class ReplayCommand implements Callable<Integer> {

  private static final long BOUND_H = 12;

  @Parameters(index = "0", description = "The service, for example ai-proxy.")
  private String service;

  @Parameters(index = "1", arity = "0..1", description = "The command, for example chat.")
  private @Nullable String command;

  @Option(names = "--events", description = "Publish events and replies again.")
  private boolean events;

  @Option(names = "--tenant", defaultValue = "local", description = "${DEFAULT-VALUE} without it.")
  private String tenant;

  @Option(names = "--id", description = "Only this command or event.")
  private @Nullable String id;

  @Option(names = "--client", description = "Only this client's.")
  private @Nullable String client;

  @Option(names = "--from", description = "From this time on, e.g. 2026-11-21T08:00:00Z.")
  private @Nullable String from;

  @Option(names = "--to", description = "Up to this time.")
  private @Nullable String to;

  @Option(names = "--all", description = "Needed where neither --id, --from nor --to narrows it.")
  private boolean all;

  @Option(names = "--data", description = "The data folder of the running Ruche.")
  private @Nullable Path data;

  @Override
  public Integer call() throws TimeoutException {
    if (events == (command != null)) {
      throw CliFailure.usage(
          "Name a command, or --events, and not both: ruche replay ai-proxy chat");
    }
    if (id == null && from == null && to == null && !all) {
      throw CliFailure.usage("Say what to repeat: --id, --from, --to, or --all for everything.");
    }
    Replay.Selection selection =
        new Replay.Selection(command, id, client, time("--from", from), time("--to", to));
    try (Workbench bench = Workbench.open(data)) {
      Progress progress = new Progress("looked at");
      Replay replay = new Replay(bench.bus(), new StreamKeys(tenant, service));
      long repeated = replay.run(selection, progress::show).await(BOUND_H, TimeUnit.HOURS);
      progress.end();
      System.out.println(repeated);
      System.err.println(
          "Repeated "
              + repeated
              + (id == null
                  ? ". A command whose time had passed expires again."
                  : ". A time at which it would have expired no longer counts."));
      return repeated == 0 ? 1 : 0;
    }
  }

  private static @Nullable Instant time(String option, @Nullable String text) {
    try {
      return text == null ? null : OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      throw CliFailure.usage(
          option + " '" + text + "' is not a time; write e.g. 2026-11-21T08:00:00Z");
    }
  }
}
