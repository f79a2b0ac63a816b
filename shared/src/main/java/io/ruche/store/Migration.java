package io.ruche.store;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.flywaydb.core.Flyway;

/**
 * Brings schemas up to date; blocks. Flyway's lock lets several processes start at once: one
 * migrates, the others wait and find nothing left to do. Answers how many migrations it applied.
 */
final class Migration implements Callable<Integer> {

  private static final int LOCK_TRIES = 20;
  private static final Duration CONNECT = Duration.ofSeconds(2);
  private static final Duration ANSWER = Duration.ofMinutes(1);

  private final PostgresUrl url;
  private final List<String> schemas;

  Migration(PostgresUrl url, List<String> schemas) {
    this.url = url;
    this.schemas = List.copyOf(schemas);
  }

  @Override
  public Integer call() {
    int applied = 0;
    for (String schema : schemas) {
      applied +=
          Flyway.configure()
              .dataSource(url.jdbc(), url.user(), url.password().value())
              .jdbcProperties(url.jdbcProperties("ruche-migration", CONNECT, ANSWER))
              .loggers("slf4j")
              .locations("classpath:db/" + schema)
              .failOnMissingLocations(true)
              .defaultSchema(schema)
              .schemas(schema)
              .createSchemas(true)
              .lockRetryCount(LOCK_TRIES)
              .load()
              .migrate()
              .migrationsExecuted;
    }
    return applied;
  }
}
