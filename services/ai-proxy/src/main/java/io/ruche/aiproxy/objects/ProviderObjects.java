package io.ruche.aiproxy.objects;

import io.ruche.http.Failure;
import io.ruche.lifecycle.Dependency;
import io.ruche.store.Postgres;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Who made what a provider keeps. Without PostgreSQL everything fails with a Failure, 503. */
public final class ProviderObjects {

  private static final Duration RETRY = Duration.ofSeconds(5);

  private static final String FIND =
      """
      SELECT provider, id, client FROM ruche_ai.provider_object
      WHERE tenant = $1 AND kind = $2 AND id = $3 ORDER BY made DESC LIMIT 1
      """;

  /** After an id that is not the tenant's comes nothing. */
  private static final String PAGE =
      """
      SELECT provider, id, client FROM ruche_ai.provider_object
      WHERE tenant = $1 AND kind = $2
        AND ($3::text IS NULL OR (made, id) < (
          SELECT made, id FROM ruche_ai.provider_object
          WHERE tenant = $1 AND kind = $2 AND id = $3 ORDER BY made DESC LIMIT 1))
      ORDER BY made DESC, id DESC LIMIT $4
      """;

  /** Whose an object is never changes. */
  private static final String ADD =
      """
      INSERT INTO ruche_ai.provider_object (provider, id, kind, tenant, client)
      SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[])
      ON CONFLICT DO NOTHING
      """;

  private static final String FORGET =
      "DELETE FROM ruche_ai.provider_object WHERE provider = $1 AND id = $2 AND tenant = $3";

  private static final String COUNTED =
      "SELECT counted IS NOT NULL FROM ruche_ai.provider_object WHERE provider = $1 AND id = $2";

  private static final String COUNT =
      "UPDATE ruche_ai.provider_object SET counted = now()"
          + " WHERE provider = $1 AND id = $2 AND counted IS NULL";

  private final Postgres postgres;

  /** What is in a database that has the ledger's schema. */
  public ProviderObjects(Postgres postgres) {
    this.postgres = postgres;
  }

  /**
   * Holds that what is about to be made can be written down, as far as is known.
   *
   * @throws Failure 503
   */
  public void requireReachable() {
    if (postgres.state().state() == Dependency.State.DOWN) {
      throw unavailable();
    }
  }

  /** The tenant's object of that id; fails with 404 for what is none or another tenant's. */
  public Future<ProviderObject> find(String tenant, ObjectKind kind, String id) {
    if (!ProviderObject.isId(id)) {
      return Future.failedFuture(
          Failure.notFound("No such " + kind.word() + ": an id has 1 to 128 of A-Z a-z 0-9 _ -."));
    }
    return query(FIND, Tuple.of(tenant, kind.word(), id))
        .map(
            rows -> {
              if (rows.isEmpty()) {
                throw Failure.notFound("No such " + kind.word() + ": " + id);
              }
              return read(tenant, kind, rows.get(0));
            });
  }

  /**
   * The tenant's objects, newest first.
   *
   * @param after the last one of the page before; null for the first page
   * @param most how many there are at most
   */
  Future<List<ProviderObject>> page(
      String tenant, ObjectKind kind, @Nullable String after, int most) {
    return query(PAGE, Tuple.of(tenant, kind.word(), after, most))
        .map(rows -> rows.stream().map(row -> read(tenant, kind, row)).toList());
  }

  private static ProviderObject read(String tenant, ObjectKind kind, Row row) {
    return new ProviderObject(row.getString(0), row.getString(1), kind, tenant, row.getString(2));
  }

  /** Writes objects down; those that are known stay as they are. */
  Future<Void> add(List<ProviderObject> objects) {
    if (objects.isEmpty()) {
      return Future.succeededFuture();
    }
    Tuple columns =
        Tuple.of(
            column(objects, ProviderObject::provider),
            column(objects, ProviderObject::id),
            column(objects, one -> one.kind().word()),
            column(objects, ProviderObject::tenant),
            column(objects, ProviderObject::client));
    return query(ADD, columns).mapEmpty();
  }

  private static String[] column(
      List<ProviderObject> objects, Function<ProviderObject, String> value) {
    return objects.stream().map(value).toArray(String[]::new);
  }

  /** The provider does not have it any more. */
  Future<Void> forget(ProviderObject gone) {
    return query(FORGET, Tuple.of(gone.provider(), gone.id(), gone.tenant())).mapEmpty();
  }

  /** Whether what a batch used is in the ledger. */
  Future<Boolean> isCounted(ProviderObject batch) {
    return query(COUNTED, Tuple.of(batch.provider(), batch.id()))
        .map(rows -> !rows.isEmpty() && rows.get(0).getBoolean(0));
  }

  /** What a batch used is in the ledger from now on. */
  Future<Void> counted(ProviderObject batch) {
    return query(COUNT, Tuple.of(batch.provider(), batch.id())).mapEmpty();
  }

  private Future<List<Row>> query(String sql, Tuple values) {
    if (postgres.state().state() == Dependency.State.DOWN) {
      return Future.failedFuture(unavailable());
    }
    return postgres
        .query(sql, values)
        .<List<Row>>map(
            rows -> {
              List<Row> all = new ArrayList<>();
              rows.forEach(all::add);
              return all;
            })
        .recover(failure -> Future.failedFuture(unavailable().withCause(failure)));
  }

  private static Failure unavailable() {
    return Failure.unavailable(
        "The database that tells whose files and batches there are does not answer.", RETRY);
  }
}
