package io.ruche.embedservice.registry;

import io.ruche.http.Failure;
import io.ruche.lifecycle.Dependency;
import io.ruche.store.Postgres;
import io.vertx.core.Future;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/** The schema {@code ruche_embed}. What is away fails with a {@link Failure}, 503. */
public final class Database {

  /** The schema, migrated from {@code db/ruche_embed}. */
  public static final String SCHEMA = "ruche_embed";

  private static final Duration RETRY = Duration.ofSeconds(5);

  private final Postgres postgres;

  public Database(Postgres postgres) {
    this.postgres = postgres;
  }

  Future<List<Row>> rows(String sql, Object... values) {
    return guarded(() -> postgres.query(sql, tuple(values))).map(Database::list);
  }

  <T> Future<T> inTransaction(Function<SqlConnection, Future<T>> work) {
    return guarded(() -> postgres.inTransaction(work));
  }

  /** One statement of a transaction. */
  static Future<List<Row>> rows(SqlConnection connection, String sql, Object... values) {
    return connection.preparedQuery(sql).execute(tuple(values)).map(Database::list);
  }

  private static Tuple tuple(Object... values) {
    Tuple tuple = Tuple.tuple();
    for (Object value : values) {
      tuple.addValue(value == NONE ? null : value);
    }
    return tuple;
  }

  /** Stands for NULL among the values of a statement. */
  static final Object NONE = new Object();

  private static List<Row> list(RowSet<Row> rows) {
    List<Row> all = new ArrayList<>();
    rows.forEach(all::add);
    return all;
  }

  private <T> Future<T> guarded(Supplier<Future<T>> work) {
    if (postgres.state().state() == Dependency.State.DOWN) {
      return Future.failedFuture(unavailable());
    }
    return work.get()
        .recover(
            failure ->
                Future.failedFuture(
                    failure instanceof Failure || isOurs(failure)
                        ? failure
                        : unavailable().withCause(failure)));
  }

  /** What PostgreSQL will refuse the next time as well: a mistake here, not an outage. */
  private static boolean isOurs(Throwable failure) {
    String state = failure instanceof PgException refused ? refused.getSqlState() : null;
    return state != null && (state.startsWith("22") || state.startsWith("42"));
  }

  private static Failure unavailable() {
    return Failure.unavailable("PostgreSQL, which knows the documents, does not answer.", RETRY);
  }
}
