package io.ruche.embedservice.events;

import io.ruche.bus.Command;
import io.ruche.bus.CommandHandler;
import io.ruche.bus.CommandSpec;
import io.ruche.bus.Outcome;
import io.ruche.bus.envelope.Payload;
import io.ruche.embedservice.index.Space;
import io.ruche.embedservice.query.Hits;
import io.ruche.embedservice.query.QueryReader;
import io.ruche.embedservice.query.Searching;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The command {@code search}: {@code {"collection", "query", "mode", "top", "filter", "explain",
 * "rerank"}}. Its result is what the API answers.
 */
public final class SearchHandler implements CommandHandler {

  /** The name of the command. */
  public static final String NAME = "search";

  private static final Set<String> FIELDS =
      Set.of("collection", "query", "mode", "top", "filter", "explain", "rerank");
  private static final long BOUND_S = 60;

  private final Searching searching;

  public SearchHandler(Searching searching) {
    this.searching = searching;
  }

  /** The command; its result goes to who asked, and to nobody else. */
  public static CommandSpec command() {
    return CommandSpec.named(NAME)
        .attempts(5, Duration.ofSeconds(1), Duration.ofSeconds(30))
        .timeout(Duration.ofSeconds(2 * BOUND_S));
  }

  @Override
  public Outcome handle(Command command) throws Exception {
    try {
      JsonObject json = IndexCommand.object(command.payload().data());
      IndexCommand.requireKnown(json, FIELDS);
      Space space = new Space(command.tenant(), Names.collection(json.getValue("collection")));
      Hits hits = searching.search(space, QueryReader.read(json)).await(BOUND_S, TimeUnit.SECONDS);
      return Outcome.done(Payload.json(hits.toJson().toBuffer()));
    } catch (Exception failure) {
      return Outcomes.of(failure, command);
    }
  }
}
