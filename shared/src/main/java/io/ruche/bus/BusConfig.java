package io.ruche.bus;

import io.ruche.config.Default;
import io.ruche.config.Description;
import java.time.Duration;

/** Bounds of the bus. Each is per tenant and service unless it says otherwise. */
public record BusConfig(
    @Description("Entries of one stream at which new work is refused until old entries can go")
        @Default("500000")
        int streamEntries,
    @Description("How long finished entries are kept for replay") @Default("7d") Duration history,
    @Description("How long a command's id, state and result are remembered") @Default("24h")
        Duration remembrance,
    @Description("Ids remembered at most; the oldest is forgotten first") @Default("1000000")
        int identitiesPerTenant,
    @Description("Largest body of a command in bytes") @Default("1048576") int maxBody,
    @Description("Events on their way to the broker at once, per broker") @Default("256")
        int forwardWindow,
    @Description("How long a stop waits for commands in hand") @Default("20s") Duration drain,
    @Description(
            "Replicas of its Redis that must have a write on their disks, too, before it counts;"
                + " more than 0 needs Redis 7.2 there")
        @Default("0")
        int replicas) {

  public BusConfig {
    if (streamEntries < 1000 || identitiesPerTenant < 1000) {
      throw new IllegalArgumentException("stream-entries and identities-per-tenant start at 1000");
    }
    if (maxBody < 1024 || maxBody > 16 << 20) {
      throw new IllegalArgumentException("max-body must be between 1 KiB and 16 MiB");
    }
    if (forwardWindow < 1 || forwardWindow > 10_000) {
      throw new IllegalArgumentException("forward-window must be between 1 and 10000");
    }
    if (replicas < 0 || replicas > 10) {
      throw new IllegalArgumentException("replicas must be between 0 and 10");
    }
  }
}
