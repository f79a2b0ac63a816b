package io.ruche.standalone.cli;

import io.ruche.bus.redis.DeadLetters;
import io.ruche.bus.redis.DeadLetters.Letter;
import io.ruche.bus.redis.stream.StreamKeys;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ruche dlq list|show|replay|drop}. */
@Command(
    name = "dlq",
    description = "What could not be handled, with the reason and the original bytes.",
    subcommands = {
      DeadLetterCommand.Listing.class,
      DeadLetterCommand.Show.class,
      DeadLetterCommand.Again.class,
      DeadLetterCommand.Drop.class
    },
    synopsisSubcommandLabel = "COMMAND")
@SuppressWarnings("NullAway.Init") // picocli sets the options
public final class DeadLetterCommand {

  private static final int MOST = 10_000;

  /** Whose dead letters. */
  static final class Whose {

    @Option(
        names = "--service",
        defaultValue = "ai-proxy",
        description = "${DEFAULT-VALUE} without it.")
    private String service;

    @Option(
        names = "--tenant",
        defaultValue = "local",
        description = "${DEFAULT-VALUE} without it.")
    private String tenant;

    @Option(names = "--data", description = "The data folder of the running Ruche.")
    private @Nullable Path data;

    @Override
    public String toString() {
      return service + ", tenant " + tenant;
    }

    /** Opens the stores, does this, and closes them. */
    <T> T with(java.util.function.Function<DeadLetters, Future<T>> step) throws TimeoutException {
      try (Workbench bench = Workbench.open(data)) {
        return Workbench.await(
            step.apply(new DeadLetters(bench.bus(), new StreamKeys(tenant, service))));
      }
    }
  }

  /** Lists them. */
  @Command(name = "list", description = "Lists the newest first.")
  static final class Listing implements Callable<Integer> {

    @Mixin private Whose whose;

    @Option(names = "--most", defaultValue = "50", description = "${DEFAULT-VALUE} without it.")
    private int most;

    @Option(names = "--json", description = "As JSON.")
    private boolean json;

    @Override
    public Integer call() throws TimeoutException {
      List<Letter> letters = whose.with(dead -> dead.list(Math.clamp(most, 1, MOST)));
      if (json) {
        JsonArray all = new JsonArray();
        letters.forEach(letter -> all.add(toJson(letter)));
        System.out.println(all.encodePrettily());
      } else {
        Table table = new Table("ENTRY", "WHEN", "CLIENT", "TYPE", "ID", "ATTEMPTS", "REASON");
        for (Letter letter : letters) {
          table.row(
              letter.entry(),
              died(letter).toString(),
              letter.envelope().client(),
              letter.envelope().type(),
              letter.envelope().id(),
              Integer.toString(letter.attempts()),
              letter.reason());
        }
        System.out.print(table);
      }
      return 0;
    }
  }

  /** Shows one. */
  @Command(name = "show", description = "Shows one, with its bytes as they came.")
  static final class Show implements Callable<Integer> {

    @Mixin private Whose whose;

    @Parameters(description = "The entry, as dlq list shows it.")
    private String entry;

    @Override
    public Integer call() throws TimeoutException {
      List<Letter> found = whose.with(dead -> dead.show(entry));
      if (found.isEmpty()) {
        throw new CliFailure("There is no dead letter " + entry + ".");
      }
      Letter letter = found.getFirst();
      JsonObject shown = toJson(letter);
      byte[] bytes = letter.envelope().payload().data().getBytes();
      String text = new String(bytes, StandardCharsets.UTF_8);
      boolean isText = java.util.Arrays.equals(text.getBytes(StandardCharsets.UTF_8), bytes);
      System.out.println(
          (isText
                  ? shown.put("data", text)
                  : shown.put("data_base64", java.util.Base64.getEncoder().encodeToString(bytes)))
              .encodePrettily());
      return 0;
    }
  }

  /** Queues them again. */
  @Command(name = "replay", description = "Queues one again, or all, under their old ids.")
  static final class Again implements Callable<Integer> {

    @Mixin private Whose whose;

    @Parameters(arity = "0..1", description = "The entry, as dlq list shows it.")
    private @Nullable String entry;

    @Option(names = "--all", description = "All of them.")
    private boolean all;

    @Override
    public Integer call() throws TimeoutException {
      if (all == (entry != null)) {
        throw CliFailure.usage("Name one entry, or --all.");
      }
      String first = entry == null ? "-" : entry;
      String last = entry == null ? "+" : entry;
      long replayed = whose.with(dead -> dead.replay(first, last, MOST));
      System.out.println(replayed);
      System.err.println(
          "Queued " + replayed + " again. Times at which they would have expired no longer count.");
      return replayed == 0 ? 1 : 0;
    }
  }

  /** Removes one, or all. */
  @Command(name = "drop", description = "Removes one for good, or with --all --yes all of them.")
  static final class Drop implements Callable<Integer> {

    @Mixin private Whose whose;

    @Parameters(arity = "0..1", description = "The entry, as dlq list shows it.")
    private @Nullable String entry;

    @Option(names = "--all", description = "All that are there now.")
    private boolean all;

    @Option(names = "--command", description = "With --all: only of this command, e.g. chat.")
    private @Nullable String command;

    @Option(names = "--yes", description = "With --all: do it; without it they are only counted.")
    private boolean yes;

    @Override
    public Integer call() throws TimeoutException {
      if (all == (entry != null)) {
        throw CliFailure.usage("Name one entry, or --all.");
      }
      if (entry != null) {
        String one = entry;
        if (command != null || yes) {
          throw CliFailure.usage("--command and --yes go with --all.");
        }
        if (!whose.with(dead -> dead.drop(one))) {
          throw new CliFailure("There is no dead letter " + one + ".");
        }
        return 0;
      }
      long count = whose.with(dead -> dead.sweep(command, yes));
      if (!yes && count > 0) {
        throw CliFailure.usage(
            "Dead letters to remove for good: %d (%s%s). Add --yes to do it."
                .formatted(count, command == null ? "" : command + ", ", whose));
      }
      System.out.println(count);
      return 0;
    }
  }

  private static Instant died(Letter letter) {
    return Instant.ofEpochMilli(
        Long.parseLong(letter.entry().substring(0, letter.entry().indexOf('-'))));
  }

  private static JsonObject toJson(Letter letter) {
    return new JsonObject()
        .put("entry", letter.entry())
        .put("died_at", died(letter))
        .put("stream", letter.stream())
        .put("client", letter.envelope().client())
        .put("type", letter.envelope().type())
        .put("id", letter.envelope().id())
        .put("attempts", letter.attempts())
        .put("reason", letter.reason())
        .put("content_type", letter.envelope().payload().contentType())
        .put("bytes", letter.envelope().payload().data().length());
  }
}
