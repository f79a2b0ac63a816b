package io.ruche.aiproxy.limits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.aiproxy.AiProxyConfig;
import io.ruche.aiproxy.limits.LimitsConfig.WhenAway;
import io.ruche.auth.limits.Limits;
import io.ruche.config.Config;
import io.ruche.config.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LimitsConfigTest {

  @TempDir private Path folder;

  @Test
  void limitsNobodyWhereNothingIsConfigured() throws IOException {
    assertEquals(LimitsConfig.NONE, read(""));
  }

  @Test
  void readsLimitsOfTenants() throws IOException {
    LimitsConfig config =
        read(
            """
            limits:
              when-away: refuse
              replicas: 3
              zone: Europe/Paris
              default-tenant: {usd-per-month: 10}
              tenants:
                azoth: {rpm: 600, tpd: 5000000, concurrent: 50, usd-per-day: 0.25}
            """);

    assertEquals(WhenAway.REFUSE, config.whenAway());
    assertEquals(3, config.replicas());
    LimitsConfig.Tenant others = config.defaultTenant();
    assertTrue(others != null && others.limits().usdPerMonth() == 10_000_000_000L);
    assertEquals(
        new Limits(600, null, null, 5_000_000L, 50, 250_000_000L, null),
        config.tenants().get("azoth").limits());
  }

  @Test
  void saysWhatIsWrongAndWhatWouldBeRight() {
    String refusal =
        assertThrows(
                ConfigException.class,
                () ->
                    read(
                        """
                        limits:
                          zone: Paris
                          tenants:
                            azoth: {rpm: 0, usd-per-month: -5}
                        """))
            .toString();

    assertTrue(refusal.contains("rpm 0 must be between 1 and 1000000"), refusal);
    assertTrue(refusal.contains("-5 USD a month must be more than 0"), refusal);
  }

  private LimitsConfig read(String yaml) throws IOException {
    Files.writeString(folder.resolve("ai-proxy.yaml"), yaml);
    return Config.load(folder, Map.of(), Map.of("ai-proxy", AiProxyConfig.class), Set.of())
        .get(AiProxyConfig.class)
        .limits();
  }
}
