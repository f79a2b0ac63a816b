package io.ruche.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ConfigDocsTest {

  enum Mode {
    FAST,
    SAFE
  }

  @Description("Where the hive stands.")
  record Hive(
      @Description("Port of the API.") @Default("8101") @Variable("RUCHE_PORT") int port,
      @Description("Address of the store.") @Variable("RUCHE_STORE") SecretUri store,
      @Description("Fast | safe.") @Default("safe") Mode mode,
      @Description("Extra header.") @Nullable String header,
      @Description("Names.") @Default("a,b") List<String> names,
      Limits limits,
      @Description("Brokers in order of choice.") List<Broker> brokers,
      @Description("Tenants with stores of their own.") Map<String, Guest> tenants) {}

  record Limits(@Description("Longest body.") @Default("1MiB") ByteSize maxBody) {}

  record Broker(@Description("Its address.") URI url) {}

  record Guest(
      @Description("Its broker.") @Nullable URI mqtt,
      @Description("Its key.") @Variable("{NAME}_KEY") @Nullable Secret key) {}

  record Tenant(@Description("Its broker.") @Nullable URI mqtt) {}

  record Undescribed(@Default("1") int port, Limits limits) {}

  @Test
  void writesARowForEverySetting() {
    String document =
        ConfigDocs.render(
            Map.of("hive", Hive.class), Map.of("RUCHE_CONFIG", "Folder of the files."));
    String tables = document.substring(document.indexOf("\n## ") + 1);
    assertEquals(
        """
        ## hive.yaml

        Where the hive stands.

        | key | variable | type | default | meaning |
        |---|---|---|---|---|
        | `port` | `RUCHE_PORT` | whole number | `8101` | Port of the API. |
        | `store` | `RUCHE_STORE` | address | **required** | Address of the store. |
        | `mode` |  | one of fast, safe | `safe` | Fast \\| safe. |
        | `header` |  | text | none | Extra header. |
        | `names` |  | list: text | `a,b` | Names. |
        | `limits.max-body` |  | size | `1MiB` | Longest body. |
        | `brokers` |  | list: group | none | Brokers in order of choice. |
        | `brokers[].url` |  | address | **required** | Its address. |
        | `tenants` |  | by name: group | none | Tenants with stores of their own. |
        | `tenants.<name>.mqtt` |  | address | none | Its broker. |
        | `tenants.<name>.key` | `<NAME>_KEY` | secret | none | Its key. |

        ## Other variables

        | variable | meaning |
        |---|---|
        | `RUCHE_CONFIG` | Folder of the files. |
        """,
        tables);
  }

  @Test
  void writesTheFilesInTheirOrder() {
    Map<String, Class<? extends Record>> files = new LinkedHashMap<>();
    files.put("zebra", Limits.class);
    files.put("ant", Tenant.class);
    String document = ConfigDocs.render(files);
    assertTrue(document.indexOf("## zebra.yaml") < document.indexOf("## ant.yaml"));
  }

  @Test
  void refusesSettingsWithoutAMeaning() {
    assertEquals(
        "no @Description: undescribed.yaml: port",
        assertThrows(
                IllegalArgumentException.class,
                () -> ConfigDocs.render(Map.of("undescribed", Undescribed.class)))
            .getMessage());
  }
}
