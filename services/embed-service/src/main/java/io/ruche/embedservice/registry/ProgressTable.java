package io.ruche.embedservice.registry;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** How far commands have come, and what was wrong with those that failed. */
public final class ProgressTable {

  /** Which command. */
  public record JobKey(String tenant, String client, String command, String id) {}

  /**
   * How far it has come.
   *
   * @param stage {@code fetch}, {@code parse}, {@code chunk}, {@code embed}, {@code store} or
   *     {@code done}
   * @param pages that were read
   * @param done chunks that have their vector
   * @param total chunks
   */
  public record Progress(String stage, int pages, int done, int total) {}

  /** Progress with what was wrong, when it failed. */
  public record Noted(Progress progress, @Nullable JsonObject problem) {}

  private static final String NOTE =
      """
      INSERT INTO ruche_embed.progress (tenant, client, command, id, stage, pages, done, total,
        problem) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
      ON CONFLICT (tenant, client, command, id) DO UPDATE SET stage = excluded.stage,
        pages = excluded.pages, done = excluded.done, total = excluded.total,
        problem = excluded.problem, changed = now()
      """;

  private final Database database;

  public ProgressTable(Database database) {
    this.database = database;
  }

  public Future<Void> note(JobKey key, Progress progress, @Nullable JsonObject problem) {
    return database
        .rows(
            NOTE,
            key.tenant(),
            key.client(),
            key.command(),
            key.id(),
            progress.stage(),
            progress.pages(),
            progress.done(),
            progress.total(),
            DocumentTable.orNone(problem))
        .mapEmpty();
  }

  public Future<@Nullable Noted> find(JobKey key) {
    return database
        .rows(
            """
            SELECT stage, pages, done, total, problem FROM ruche_embed.progress
            WHERE tenant = $1 AND client = $2 AND command = $3 AND id = $4
            """,
            key.tenant(),
            key.client(),
            key.command(),
            key.id())
        .map(
            rows ->
                rows.isEmpty()
                    ? null
                    : new Noted(
                        new Progress(
                            rows.getFirst().getString(0),
                            rows.getFirst().getInteger(1),
                            rows.getFirst().getInteger(2),
                            rows.getFirst().getInteger(3)),
                        rows.getFirst().getJsonObject(4)));
  }
}
