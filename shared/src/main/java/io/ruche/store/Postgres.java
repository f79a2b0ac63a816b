package io.ruche.store;

import io.ruche.lifecycle.Dependency;
import io.ruche.lifecycle.Lifecycle;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.NetClientOptions;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.SslMode;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A PostgreSQL that may come late, go, and come back: a bounded pool, the schemas kept up to date,
 * and a state for readiness that is at most a second old.
 */
public final class Postgres implements Lifecycle {

  private static final Logger LOG = LoggerFactory.getLogger(Postgres.class);

  // Together under a second, which is how old the state may be.
  private static final long PROBE_EVERY_MS = 400;
  private static final long PROBE_ANSWER_MS = 500;

  private static final long STOP_MS = 2_000;
  private static final long FIRST_BACK_OFF_MS = 250;
  private static final long LONGEST_BACK_OFF_MS = 10_000;

  private final Vertx vertx;
  private final Context context;
  private final PostgresUrl url;
  private final PostgresConfig config;
  private final Migration migration;
  private final Pool pool;

  /** Apart from the pool, so that a busy pool does not look like a dead database. */
  private final Pool aside;

  private volatile Dependency state = Dependency.down("not connected yet");
  private volatile boolean stopped;
  private volatile Future<Integer> migrating = Future.succeededFuture(0);
  private boolean migrated;
  private long backOff = FIRST_BACK_OFF_MS;
  private long notBefore = System.nanoTime();
  private String lastProblem = "";

  /**
   * @param schemas the schemas to create and migrate, each from {@code db/<schema>/V*.sql} on the
   *     class path
   */
  public Postgres(Vertx vertx, PostgresUrl url, PostgresConfig config, List<String> schemas) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.url = url;
    this.config = config;
    this.migration = new Migration(url, schemas);
    this.pool = open(config.connections(), config.waiting());
    this.aside = open(2, 64);
  }

  /** Begins to connect and completes at once: PostgreSQL may come later. */
  @Override
  public Future<Void> start() {
    context.runOnContext(ignored -> probe());
    return Future.succeededFuture();
  }

  /** Waits at most two seconds for queries and a migration in hand. */
  @Override
  public Future<Void> stop() {
    stopped = true;
    state = Dependency.down("stopped");
    return Future.join(pool.close(), aside.close(), migrating)
        .timeout(STOP_MS, TimeUnit.MILLISECONDS)
        .otherwiseEmpty()
        .mapEmpty();
  }

  /** What readiness shows: up once the schemas are there as well; a cached state, no round trip. */
  public Dependency state() {
    return state;
  }

  /** Runs one statement, with {@code $1}, {@code $2} ... standing for {@code values}. */
  public Future<RowSet<Row>> query(String sql, Tuple values) {
    return bounded(pool.preparedQuery(sql).execute(values));
  }

  /**
   * Like {@link #query}, on two connections kept apart from the pool: for small statements that
   * must be prompt however busy the pool is.
   */
  public Future<RowSet<Row>> queryAside(String sql, Tuple values) {
    return bounded(aside.preparedQuery(sql).execute(values));
  }

  /**
   * Runs {@code work} in a transaction, committed when its future succeeds and rolled back when it
   * fails. When the answer does not come in time, whether it was committed is unknown.
   */
  public <T> Future<T> inTransaction(Function<SqlConnection, Future<T>> work) {
    return bounded(pool.withTransaction(work));
  }

  /**
   * A connection of its own for a thread that may block, such as one that copies many rows. The
   * caller closes it, and after a failure opens another one.
   *
   * @param application as the server's views show it
   */
  public Connection connectBlocking(String application) throws SQLException {
    Properties properties = new Properties();
    properties.putAll(
        url.jdbcProperties(application, config.connectTimeout(), config.queryTimeout()));
    properties.setProperty("user", url.user());
    properties.setProperty("password", url.password().value());
    return DriverManager.getConnection(url.jdbc(), properties);
  }

  private <T> Future<T> bounded(Future<T> answer) {
    return answer.timeout(config.queryTimeout().toMillis(), TimeUnit.MILLISECONDS);
  }

  private Pool open(int connections, int waiting) {
    PgConnectOptions place =
        new PgConnectOptions()
            .setHost(url.host())
            .setPort(url.port())
            .setDatabase(url.database())
            .setUser(url.user())
            .setPassword(url.password().value());
    switch (url.tls()) {
      case DISABLE -> place.setSslMode(SslMode.DISABLE);
      case REQUIRE ->
          place.setSslMode(SslMode.REQUIRE).setSslOptions(new ClientSSLOptions().setTrustAll(true));
      case VERIFY_FULL ->
          place
              .setSslMode(SslMode.VERIFY_FULL)
              .setSslOptions(new ClientSSLOptions().setHostnameVerificationAlgorithm("HTTPS"));
    }
    return PgBuilder.pool()
        .using(vertx)
        .connectingTo(place)
        .with(
            new PoolOptions()
                .setMaxSize(connections)
                .setMaxWaitQueueSize(waiting)
                .setConnectionTimeoutUnit(TimeUnit.MILLISECONDS)
                .setConnectionTimeout((int) config.queryTimeout().toMillis()))
        .with(
            // A server that froze or was cut off closes nothing: silence frees the connection.
            new NetClientOptions()
                .setConnectTimeout((int) config.connectTimeout().toMillis())
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
                .setIdleTimeout((int) config.queryTimeout().toMillis() * 2)
                .setTcpNoDelay(true))
        .withConnectHandler(this::limit)
        .build();
  }

  /** Lets the server end a query that nobody waits for any more, which frees its connection. */
  private void limit(SqlConnection fresh) {
    fresh
        .query("SET statement_timeout = " + config.queryTimeout().toMillis())
        .execute()
        .onComplete(done -> fresh.close());
  }

  private void probe() {
    if (stopped) {
      return;
    }
    aside
        .query("SELECT 1")
        .execute()
        .timeout(PROBE_ANSWER_MS, TimeUnit.MILLISECONDS)
        .onComplete(
            answer -> {
              if (answer.succeeded()) {
                answered();
              } else {
                away(reason(answer.cause()));
              }
              vertx.setTimer(PROBE_EVERY_MS, ignored -> probe());
            });
  }

  private void answered() {
    if (migrated) {
      show(Dependency.up());
    } else if (migrating.isComplete() && System.nanoTime() - notBefore >= 0) {
      migrating = vertx.executeBlocking(migration, false);
      migrating.onComplete(done -> migrated(done.cause()));
    }
  }

  private void away(String why) {
    // What comes back may be another, empty database: the schemas are looked at again.
    migrated = false;
    backOff = FIRST_BACK_OFF_MS;
    notBefore = System.nanoTime();
    show(Dependency.down(url.address() + ": " + why));
  }

  private void migrated(@Nullable Throwable failure) {
    if (failure == null) {
      migrated = true;
      backOff = FIRST_BACK_OFF_MS;
      show(Dependency.up());
    } else {
      notBefore = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(backOff);
      backOff = Math.min(backOff * 2, LONGEST_BACK_OFF_MS);
      show(Dependency.down(url.address() + ": migration failed: " + reason(failure)));
    }
  }

  private void show(Dependency now) {
    if (stopped) {
      return;
    }
    state = now;
    if (!now.detail().equals(lastProblem)) {
      lastProblem = now.detail();
      switch (now.state()) {
        case UP -> LOG.info("PostgreSQL up address={}", url.address());
        case DOWN -> LOG.warn("PostgreSQL down {}", now.detail());
      }
    }
  }

  private static String reason(Throwable failure) {
    if (failure instanceof TimeoutException) {
      return "no answer within " + PROBE_ANSWER_MS + " ms";
    }
    String message = failure.getMessage();
    return message == null
        ? failure.getClass().getSimpleName()
        : message.strip().lines().findFirst().orElse("");
  }
}
