package io.ruche.aiproxy.ledger;

import io.ruche.config.ByteSize;
import io.ruche.config.Default;
import io.ruche.config.Description;
import io.ruche.config.Variable;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The ledger: one row a request.
 *
 * @param journal null for {@code ai-proxy/journal} in the process's data folder
 */
public record LedgerConfig(
    @Description(
            "The folder of the journal, which holds requests until they are in PostgreSQL: on a disk"
                + " of this machine, never on NFS. Replicas may share it. Without it"
                + " `ai-proxy/journal` in the data folder.")
        @Variable("RUCHE_LEDGER_JOURNAL")
        @Nullable Path journal,
    @Description(
            "The most that one process keeps there; past it requests are answered 503. About 400"
                + " bytes a request, so 2 GiB are five million.")
        @Default("2GiB")
        ByteSize journalLimit,
    @Description(
            "How often the journal is forced to the disk: what a loss of power can take. The end of"
                + " the process takes nothing.")
        @Default("100ms")
        Duration force,
    @Description("How long rows are kept in PostgreSQL.") @Default("400d") Duration keep,
    @Description(
            "The tenant whose keys with the scope `admin` read the usage of every tenant; those of"
                + " other tenants read their own tenant's.")
        @Default("local")
        String operator) {

  /** The size of one file. */
  static final int SEGMENT_BYTES = 16 * 1_024 * 1_024;

  /** Names the setting and what would be right. */
  public LedgerConfig {
    if (journalLimit.bytes() < 4L * SEGMENT_BYTES || journalLimit.bytes() > 1L << 40) {
      throw new IllegalArgumentException(
          "journal-limit must be 64MiB to 1TiB, not " + journalLimit);
    }
    if (force.toMillis() < 10 || force.toSeconds() > 60) {
      throw new IllegalArgumentException(
          "force must be 10ms to 60s, not " + force.toMillis() + "ms");
    }
    if (keep.toDays() < 1) {
      throw new IllegalArgumentException("keep must be at least 1d");
    }
  }
}
