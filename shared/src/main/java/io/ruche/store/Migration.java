package io.ruche.store;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.flywaydb.core.Flyway;

/**
 * Brings schemas up to date; blocks. Flyway's lock lets several processes start at once: one
 * migrates, the others wait and find nothing left to do. Answers how many migrations it applied.
 */
final class Migration implements Callable<Integer> {

  private static final int LOCK_TRIES = 20;

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
              .jdbcProperties(
                  Map.of(
                      "sslmode", url.tls().word(),
                      "connectTimeout", "2",
                      "socketTimeout", "60",
                      "ApplicationName", "ruche-migration"))
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
