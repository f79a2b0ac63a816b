package io.ruche.embedservice.events;

import io.ruche.bus.Command;
import io.ruche.bus.CommandHandler;
import io.ruche.bus.CommandSpec;
import io.ruche.bus.Outcome;
import io.ruche.bus.envelope.Payload;
import io.ruche.embedservice.index.Space;
import io.ruche.embedservice.ingest.Reembedding;
import io.ruche.embedservice.registry.ProgressTable;
import io.ruche.embedservice.registry.ProgressTable.JobKey;
import io.ruche.embedservice.registry.ProgressTable.Progress;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Set;

/** The command {@code reembed}: {@code {"collection"}} moves to the current model. */
public final class ReembedHandler implements CommandHandler {

  /** The name of the command. */
  public static final String NAME = "reembed";

  private static final Set<String> FIELDS = Set.of("collection", "model");
  private static final int NOTE_EVERY = 10;

  private final Reembedding reembedding;
  private final ProgressTable progress;

  public ReembedHandler(Reembedding reembedding, ProgressTable progress) {
    this.reembedding = reembedding;
    this.progress = progress;
  }

  /** The command and its events. */
  public static CommandSpec command() {
    return CommandSpec.named(NAME)
        .completed("collection-reembedded")
        .failed("reembedding-failed")
        .prefetch(1)
        .attempts(50, Duration.ofSeconds(2), Duration.ofMinutes(5))
        .timeout(Duration.ofDays(1));
  }

  @Override
  public Outcome handle(Command command) throws Exception {
    JobKey key = new JobKey(command.tenant(), command.client(), NAME, command.id());
    try {
      JsonObject json = IndexCommand.object(command.payload().data());
      IndexCommand.requireKnown(json, FIELDS);
      Space space = new Space(command.tenant(), Names.collection(json.getValue("collection")));
      Reembedding.Done done =
          reembedding.reembed(
              space,
              documents -> {
                if (documents % NOTE_EVERY == 0) {
                  var unused = progress.note(key, new Progress("embed", 0, documents, 0), null);
                }
              });
      return Outcome.done(
          Payload.json(
              new JsonObject()
                  .put("collection", space.collection())
                  .put("moved", done.moved())
                  .put("documents", done.documents())
                  .put("embedded", done.embedded())
                  .toBuffer()));
    } catch (Exception failure) {
      return Outcomes.of(failure, command);
    }
  }
}
