package io.ruche.backbone;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.backbone.BackboneConfig.Accounts;
import io.ruche.config.Config;
import io.ruche.config.ConfigException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrokerAccountsConfigTest {

  private static final Map<String, String> WITH_ACCOUNT =
      Map.of("RUCHE_MQTT_URL", "mqtt://ruche:secret@broker");

  @TempDir private Path folder;

  @Test
  void keepsNoAccountsUnlessTold() throws Exception {
    assertEquals(Accounts.NONE, read("", WITH_ACCOUNT).mqtt().accounts());
  }

  @Test
  void keepsAccountsWhereTheAddressHasAnAccount() throws Exception {
    BackboneConfig config = read("mqtt:\n  accounts: mosquitto\n", WITH_ACCOUNT);
    assertEquals(Accounts.MOSQUITTO, config.mqtt().accounts());
  }

  @Test
  void refusesAccountsOfTheEmbeddedBroker() {
    assertRefused("mqtt:\n  accounts: mosquitto\n", Map.of());
  }

  @Test
  void refusesAccountsWithoutOneInTheAddress() {
    assertRefused("mqtt:\n  accounts: mosquitto\n", Map.of("RUCHE_MQTT_URL", "mqtt://broker:1883"));
  }

  @Test
  void refusesAccountsOfATenantWithoutABroker() {
    assertRefused("tenants:\n  azoth:\n    accounts: mosquitto\n", WITH_ACCOUNT);
  }

  private void assertRefused(String yaml, Map<String, String> env) {
    ConfigException refusal = assertThrows(ConfigException.class, () -> read(yaml, env));
    assertTrue(refusal.problems().getFirst().contains("accounts: mosquitto needs"));
  }

  private BackboneConfig read(String yaml, Map<String, String> env) throws Exception {
    Files.writeString(folder.resolve("backbone.yaml"), yaml);
    return Config.load(folder, env, Map.of("backbone", BackboneConfig.class))
        .get(BackboneConfig.class);
  }
}
