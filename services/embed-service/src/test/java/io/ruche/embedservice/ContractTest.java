package io.ruche.embedservice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.ruche.auth.BrokerAccounts;
import io.ruche.backbone.Backbone;
import io.ruche.backbone.BackboneConfig;
import io.ruche.backbone.Stores;
import io.ruche.bus.Bus;
import io.ruche.config.Config;
import io.ruche.http.HttpApi;
import io.ruche.http.openapi.OpenApi;
import io.ruche.testing.TestFolder;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Holds the published contract to the code. */
final class ContractTest {

  @Test
  void refersToNothingThatIsNotThere() throws IOException {
    JsonNode contract = contract();

    for (JsonNode reference : contract.findValues("$ref")) {
      String pointer = reference.asText().substring(1);
      assertTrue(!contract.at(pointer).isMissingNode(), pointer);
    }
  }

  @Test
  void givesEveryOperationAnIdATagAndASummary() throws IOException {
    List<String> tags = contract().get("tags").findValuesAsText("name");
    for (JsonNode path : contract().get("paths")) {
      path.properties().stream()
          .filter(member -> !member.getKey().equals("parameters"))
          .forEach(
              member -> {
                JsonNode operation = member.getValue();
                assertTrue(operation.hasNonNull("operationId"), operation.toString());
                assertTrue(operation.hasNonNull("summary"), operation.toString());
                assertTrue(tags.contains(operation.at("/tags/0").asText()), operation.toString());
              });
    }
  }

  @Test
  void hasTheRoutesThatThereAreAndNoOthers() throws Exception {
    Path folder = TestFolder.make("contract");
    Vertx vertx = Vertx.vertx();
    try {
      assertEquals(
          List.of(),
          OpenApi.load("openapi/embed-service.yaml")
              .differences(HttpApi.endpoints(vertx, endpoints(vertx, folder))));
    } finally {
      vertx.close().await(30, TimeUnit.SECONDS);
      TestFolder.delete(folder);
    }
  }

  /** Of a service as it is configured by default, which is not started. */
  private static HttpApi.Endpoints endpoints(Vertx vertx, Path folder) {
    EmbedService service = new EmbedService();
    Config all =
        Config.load(
            folder,
            Map.of(
                "RUCHE_MQTT_URL", "mqtt://127.0.0.1:1",
                "RUCHE_REDIS_URL", "redis://127.0.0.1:1",
                "RUCHE_HOT_REDIS_URL", "redis://127.0.0.1:1",
                "RUCHE_POSTGRES_URL", "postgresql://ruche:ruche@127.0.0.1:1/ruche",
                "RUCHE_S3_URL", "http://127.0.0.1:1",
                "RUCHE_S3_ACCESS_KEY", "ruche",
                "RUCHE_S3_SECRET_KEY", "secret"),
            Map.of("backbone", BackboneConfig.class, service.name(), service.config()),
            Set.of());
    BackboneConfig common = all.get(BackboneConfig.class);
    Backbone backbone =
        new Backbone(
            vertx,
            common,
            Stores.of(common),
            new Backbone.Host(service.name(), folder.resolve("data"), List.of(service)),
            BrokerAccounts.NONE);
    EmbedServiceConfig config = all.get(EmbedServiceConfig.class);
    Parts parts = ConfiguredParts.make(backbone, config);
    Bus bus = backbone.bus(service.name());
    return EmbedService.endpoints(
        backbone, config, parts, Workings.of(backbone, config, parts, bus), bus);
  }

  private static JsonNode contract() throws IOException {
    try (InputStream file = ContractTest.class.getResourceAsStream("/openapi/embed-service.yaml")) {
      assertNotNull(file);
      return new YAMLMapper().readTree(file);
    }
  }
}
