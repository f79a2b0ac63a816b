package io.ruche.embedservice.events;

import io.ruche.bus.Command;
import io.ruche.bus.CommandHandler;
import io.ruche.bus.CommandSpec;
import io.ruche.bus.Outcome;
import io.ruche.bus.envelope.Payload;
import io.ruche.embedservice.index.Space;
import io.ruche.embedservice.ingest.Deletion;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Set;

/**
 * The command {@code delete}: {@code {"collection", "id"}}, or {@code {"collection"}} for all of
 * it.
 */
public final class DeleteHandler implements CommandHandler {

  /** The name of the command. */
  public static final String NAME = "delete";

  private static final Set<String> FIELDS = Set.of("collection", "id");

  private final Deletion deletion;

  public DeleteHandler(Deletion deletion) {
    this.deletion = deletion;
  }

  /** The command and its events. */
  public static CommandSpec command() {
    return CommandSpec.named(NAME)
        .completed("document-deleted")
        .failed("deletion-failed")
        .attempts(20, Duration.ofSeconds(1), Duration.ofMinutes(5))
        .timeout(Duration.ofHours(1));
  }

  @Override
  public Outcome handle(Command command) throws Exception {
    try {
      JsonObject json = IndexCommand.object(command.payload().data());
      IndexCommand.requireKnown(json, FIELDS);
      Space space = new Space(command.tenant(), Names.collection(json.getValue("collection")));
      JsonObject result = new JsonObject().put("collection", space.collection());
      if (json.containsKey("id")) {
        String id = Names.document(json.getValue("id"));
        boolean deleted = deletion.document(space, id, command.accepted());
        result.put("document", id).put("state", deleted ? "deleted" : "superseded");
      } else {
        int documents = deletion.collection(space, command.accepted());
        result.put("state", "deleted").put("documents", documents);
      }
      return Outcome.done(Payload.json(result.toBuffer()));
    } catch (Exception failure) {
      return Outcomes.of(failure, command);
    }
  }
}
