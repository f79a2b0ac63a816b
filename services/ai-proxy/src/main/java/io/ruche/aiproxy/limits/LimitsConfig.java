package io.ruche.aiproxy.limits;

import io.ruche.auth.limits.Dollars;
import io.ruche.auth.limits.Limits;
import io.ruche.config.Default;
import io.ruche.config.Description;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Limits of tenants, and how limits of keys and tenants are held. */
public record LimitsConfig(
    @Description("Limits of each tenant, over all its keys.") Map<String, Tenant> tenants,
    @Description("Limits of a tenant that is not named.") @Nullable Tenant defaultTenant,
    @Description(
            "What holds while the hot Redis is away: `share`, each process its part of a limit"
                + " from the last known state, or `refuse` with 503.")
        @Default("share")
        WhenAway whenAway,
    @Description("How many processes of ai-proxy run, of which each has its part with `share`.")
        @Default("1")
        int replicas,
    @Description("The time zone in which days and months of budgets begin.") @Default("UTC")
        String zone) {

  private static final int MOST_REPLICAS = 1_000;

  /** What holds where nothing is configured: no tenant has a limit. */
  public static final LimitsConfig NONE =
      new LimitsConfig(Map.of(), null, WhenAway.SHARE, 1, "UTC");

  /** Names the setting and what would be right. */
  public LimitsConfig {
    tenants = Map.copyOf(tenants);
    if (replicas < 1 || replicas > MOST_REPLICAS) {
      throw new IllegalArgumentException(
          "replicas must be 1 to " + MOST_REPLICAS + ", not " + replicas);
    }
    try {
      ZoneId.of(zone);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "zone must be a time zone such as UTC or Europe/Paris, not '" + zone + "'", e);
    }
  }

  /** What holds while the hot Redis is away. */
  public enum WhenAway {
    SHARE,
    REFUSE
  }

  /** The limits of a tenant, which are null where there is none. */
  public record Tenant(
      @Description("Requests a minute.") @Nullable Integer rpm,
      @Description("Requests a day.") @Nullable Long rpd,
      @Description("Tokens a minute, in and out.") @Nullable Long tpm,
      @Description("Tokens a day, in and out.") @Nullable Long tpd,
      @Description("Requests at the same time.") @Nullable Integer concurrent,
      @Description("Dollars a calendar day.") @Nullable Double usdPerDay,
      @Description("Dollars a calendar month.") @Nullable Double usdPerMonth) {

    /** Tells every limit that is out of range. */
    public Tenant {
      Limits limits =
          new Limits(rpm, rpd, tpm, tpd, concurrent, nanos(usdPerDay), nanos(usdPerMonth));
      if (!limits.flaws().isEmpty()) {
        throw new IllegalArgumentException(String.join("; ", limits.flaws()));
      }
    }

    /** The limits with money in nano-dollars. */
    public Limits limits() {
      return new Limits(rpm, rpd, tpm, tpd, concurrent, nanos(usdPerDay), nanos(usdPerMonth));
    }

    private static @Nullable Long nanos(@Nullable Double dollars) {
      return dollars == null ? null : (Long) Dollars.nanos(dollars);
    }
  }
}
