package io.ruche.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigProblemsTest {

  record Backbone(
      @Variable("RUCHE_REDIS_URL") SecretUri redisUrl,
      Http http,
      @Default("30s") Duration drain,
      List<Broker> brokers,
      Map<String, Tenant> tenants) {}

  record Http(
      @Default("8101") @Variable("RUCHE_PORT") int port,
      @Default("1MiB") ByteSize maxBody,
      @Default("75s") Duration idleTimeout) {

    Http {
      if (port < 1 || port > 65_535) {
        throw new IllegalArgumentException("port must be from 1 to 65535, not " + port);
      }
    }
  }

  record Loud(String text) {

    Loud {
      throw new IllegalArgumentException("text must not be " + text);
    }
  }

  record Broker(URI url, @Default("1") int weight) {}

  record Tenant(@Nullable URI mqtt, @Nullable Secret password) {

    Tenant {
      if (password != null && password.value().length() < 8) {
        throw new IllegalArgumentException("password " + password.value() + " is too short");
      }
      if (mqtt != null && !"mqtt".equals(mqtt.getScheme())) {
        throw new IllegalArgumentException("mqtt must be an mqtt:// address, not " + mqtt);
      }
    }
  }

  record Service(
      @Variable("GROQ_API_KEY") @Nullable Secret groqApiKey, @Default("m") String model) {}

  private static final Map<String, String> REDIS = Map.of("RUCHE_REDIS_URL", "redis://h:1");

  @TempDir Path folder;

  @Test
  void listsAllProblemsOfAllFilesAtOnce() throws IOException {
    yaml(
        "backbone",
        """
        http:
          max-body: 12x
          prot: 80
          idle-timeout: 30
        drain: [1]
        http: {}
        brokers:
          - weight: 2
          - url: nowhere
            wieght: 3
        tenants:
          azoth:
            mqtt: mqtt://a:1
            colour: red
        """);
    yaml("service", "model:\n  a: 1\n");
    Map<String, Class<? extends Record>> files = new LinkedHashMap<>();
    files.put("backbone", Backbone.class);
    files.put("service", Service.class);
    ConfigException thrown =
        assertThrows(
            ConfigException.class,
            () -> Config.load(folder, Map.of("RUCHE_PROT", "1", "RUCHE_PORT", "x"), files));
    assertEquals(
        List.of(
            "backbone.yaml:2: http.max-body: '12x' is not a size; write e.g. 1MiB",
            "backbone.yaml:3: http.prot: is not a setting; did you mean port?",
            "backbone.yaml:4: http.idle-timeout: '30' has no unit; write e.g. 30s",
            "backbone.yaml:5: drain: is a list, and must be a duration",
            "backbone.yaml:6: http: is given twice, first in line 1; keep one",
            "backbone.yaml:8: brokers[0].url: is missing; set it to an address",
            "backbone.yaml:9: brokers[1].url: 'nowhere' is not an address;"
                + " write e.g. https://example.org:8080",
            "backbone.yaml:10: brokers[1].wieght: is not a setting; did you mean weight?",
            "backbone.yaml:14: tenants.azoth.colour: is not a setting;"
                + " here can stand mqtt, password",
            "backbone.yaml: redis-url: is missing; set it to an address,"
                + " or the variable RUCHE_REDIS_URL",
            "RUCHE_PORT: 'x' is not a whole number; write e.g. 10",
            "service.yaml:1: model: is a group of keys, and must be text",
            "RUCHE_PROT: is not a variable that is read here; did you mean RUCHE_PORT?"),
        thrown.problems());
    assertEquals(
        "The configuration has 13 problems:\n  " + String.join("\n  ", thrown.problems()),
        thrown.getMessage());
  }

  @Test
  void tellsWhatAConstructorRefusesWithItsPlace() throws IOException {
    yaml("backbone", "\nhttp:\n  port: 0\n");
    assertEquals(
        List.of("backbone.yaml:2: http: port must be from 1 to 65535, not 0"), problems(REDIS));
  }

  @Test
  void namesTheVariablesBehindAValueThatAConstructorRefuses() {
    assertEquals(
        List.of("backbone.yaml: http: port must be from 1 to 65535, not 99999 (set by RUCHE_PORT)"),
        problems(Map.of("RUCHE_REDIS_URL", "redis://h:1", "RUCHE_PORT", "99999")));
  }

  @Test
  void tellsAWrongYamlValueAlsoWhereAVariableWins() throws IOException {
    yaml("backbone", "http:\n  port: abc\n");
    assertEquals(
        List.of("backbone.yaml:2: http.port: 'abc' is not a whole number; write e.g. 10"),
        problems(Map.of("RUCHE_REDIS_URL", "redis://h:1", "RUCHE_PORT", "80")));
  }

  @Test
  void tellsEachKindOfMismatch() throws IOException {
    yaml("backbone", "http: 1\nbrokers: a\ntenants: [x]\ndrain: {a: 1}\nredis-url: ''\n");
    assertEquals(
        List.of(
            "backbone.yaml:1: http: is a single value, and must be a group of keys",
            "backbone.yaml:2: brokers: is a single value, and must be a list",
            "backbone.yaml:3: tenants: is a list, and must be a group of keys",
            "backbone.yaml:4: drain: is a group of keys, and must be a duration",
            "backbone.yaml:5: redis-url: is empty; write e.g. https://example.org:8080"),
        problems(Map.of()));
  }

  @Test
  void tellsVariablesToo_whenTheFileIsNotYaml() throws IOException {
    yaml("backbone", "a: [\n");
    List<String> problems = problems(Map.of("RUCHE_PORT", "x"));
    assertEquals(2, problems.size(), problems.toString());
    assertEquals("RUCHE_PORT: 'x' is not a whole number; write e.g. 10", problems.getLast());
  }

  @Test
  void refusesAVariableGivenBothWays() {
    assertEquals(
        List.of("RUCHE_PORT: is set, and so is RUCHE_PORT_FILE; unset one of them"),
        problems(
            Map.of("RUCHE_REDIS_URL", "redis://h:1", "RUCHE_PORT", "1", "RUCHE_PORT_FILE", "/x")));
  }

  @Test
  void refusesUnknownVariablesButThoseOfOthers() {
    Map<String, String> env =
        Map.of(
            "RUCHE_REDIS_URL", "redis://h:1",
            "RUCHE_KEY", "k",
            "RUCHE_CONFIG_FILE", "/c",
            "RUCHE_REDSI_URL_FILE", "/r",
            "RUCHE_WHATEVER", "w",
            "RUCHE_BLANK", "",
            "HOME", "/root");
    ConfigException thrown =
        assertThrows(
            ConfigException.class,
            () ->
                Config.load(
                    folder,
                    env,
                    Map.of("backbone", Backbone.class),
                    Set.of("RUCHE_KEY", "RUCHE_CONFIG")));
    assertEquals(
        List.of(
            "RUCHE_REDSI_URL_FILE: is not a variable that is read here;"
                + " did you mean RUCHE_REDIS_URL_FILE?",
            "RUCHE_WHATEVER: is not a variable that is read here; unset it"),
        thrown.problems());
  }

  @Test
  void refusesAMissingFolderWithoutNamingEveryMissingKey() {
    Path gone = folder.resolve("gone");
    assertEquals(
        List.of(gone + ": is not a folder; RUCHE_CONFIG names the folder of the YAML files"),
        assertThrows(
                ConfigException.class,
                () -> Config.load(gone, Map.of(), Map.of("backbone", Backbone.class)))
            .problems());
  }

  @Test
  void refusesTheOtherSpellingOfAFileName() throws IOException {
    Files.writeString(folder.resolve("backbone.yml"), "drain: 1s\n");
    assertEquals(List.of("backbone.yml: is not read; rename it to backbone.yaml"), problems(REDIS));
  }

  @Test
  void listsAHundredProblemsAtMost() throws IOException {
    StringBuilder yaml = new StringBuilder();
    for (int i = 0; i < 250; i++) {
      yaml.append("key").append(i).append(": 1\n");
    }
    yaml("backbone", yaml.toString());
    List<String> problems = problems(REDIS);
    assertEquals(101, problems.size());
    assertEquals("and 150 more", problems.getLast());
  }

  @Test
  void staysOneLinePerProblemWhateverAKeyOrValueHolds() throws IOException {
    yaml("backbone", "\"a\\nb\\e[31m\": 1\n");
    assertEquals(
        List.of(
            "backbone.yaml:1: 'a?b?[31m': is not a setting; here can stand redis-url, http, drain,"
                + " brokers, tenants"),
        problems(REDIS));
    yaml("loud", "text: \"a\\nb\"\n");
    assertEquals(
        List.of("loud.yaml: text must not be a?b"),
        assertThrows(
                ConfigException.class,
                () -> Config.load(folder, Map.of(), Map.of("loud", Loud.class)))
            .problems());
  }

  @Test
  void keepsSecretsOutOfEveryProblem() throws IOException {
    yaml(
        "backbone",
        """
        redis-url: redis://:hunter2 x@host:6379
        brokers:
          - url: "mqtt://u:hunter2@bro_ker"
        tenants:
          azoth: {password: hunter2}
          koff: {mqtt: "http://u:hunter2@h"}
          maximus: {password: [hunter2]}
        drain: redis://:hunter2 x@host
        redis://:hunter2@host: 1
        """);
    ConfigException thrown =
        assertThrows(
            ConfigException.class,
            () ->
                Config.load(
                    folder,
                    Map.of("RUCHE_PORT_FILE", secretFile(), "RUCHE_PASSWORD", "hunter2"),
                    Map.of("backbone", Backbone.class)));
    assertEquals(
        List.of(
            "backbone.yaml:1: redis-url: 'redis://***@host:6379' is not an address (write special"
                + " characters of a password as %XX, @ as %40); write e.g. https://example.org:8080",
            "backbone.yaml:3: brokers[0].url: 'mqtt://***@bro_ker' is not an address (write special"
                + " characters of a password as %XX, @ as %40); write e.g. https://example.org:8080",
            "backbone.yaml:5: tenants.azoth: password *** is too short",
            "backbone.yaml:6: tenants.koff: mqtt must be an mqtt:// address, not http://***@h",
            "backbone.yaml:7: tenants.maximus.password: is a list, and must be a secret",
            "backbone.yaml:8: drain: 'redis://***@host' is not a duration; write e.g. 30s",
            "backbone.yaml:9: 'redis://***@host': is not a setting; here can stand redis-url, http,"
                + " drain, brokers, tenants",
            "RUCHE_PORT_FILE: the value is not a whole number; write e.g. 10",
            "RUCHE_PASSWORD: is not a variable that is read here; unset it"),
        thrown.problems());
    assertFalse(thrown.toString().contains("hunter2"));
  }

  @Test
  void printsRecordsWithoutTheirSecrets() {
    Service service =
        Config.load(folder, Map.of("GROQ_API_KEY", "hunter2"), Map.of("service", Service.class))
            .get(Service.class);
    assertEquals("Service[groqApiKey=***, model=m]", service.toString());
  }

  private String secretFile() throws IOException {
    return Files.writeString(folder.resolve("secret"), "hunter2\n").toString();
  }

  private void yaml(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name + ".yaml"), text);
  }

  private List<String> problems(Map<String, String> env) {
    return assertThrows(
            ConfigException.class,
            () -> Config.load(folder, env, Map.of("backbone", Backbone.class)))
        .problems();
  }
}
