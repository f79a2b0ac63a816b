package io.ruche.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigTest {

  enum Mode {
    FAST,
    VERY_SAFE
  }

  record Everything(
      int whole,
      long large,
      boolean flag,
      double ratio,
      String text,
      URI address,
      SecretUri storeAddress,
      Path folder,
      Duration maxWait,
      ByteSize maxBody,
      Mode mode,
      Secret apiKey,
      List<Duration> backOff,
      Map<String, Integer> weights) {}

  record Defaults(
      @Default("8101") @Variable("RUCHE_PORT") int port,
      @Default("30s") Duration pause,
      @Default("a,b") @Variable("RUCHE_NAMES") List<String> names,
      @Default("very-safe") Mode mode,
      @Nullable String note,
      @Nullable Integer limit,
      List<String> none,
      Map<String, Tenant> tenants,
      Inner inner,
      @Nullable Inner2 optional) {}

  record Inner(@Default("1MiB") ByteSize size, Deep deep) {}

  record Deep(@Default("x") @Variable("RUCHE_DEEP") String value) {}

  record Inner2(@Variable("RUCHE_DEEP2") String needed, @Default("5") int more) {}

  record Keyed(Map<String, Key> keys) {}

  record Key(@Variable("{NAME}_API_KEY") @Nullable Secret apiKey) {}

  record Owners(Map<String, Owner> owners) {}

  record Owner(@Variable("RUCHE_OF_{NAME}_URL") @Nullable URI url) {}

  record Tenant(@Nullable URI mqtt, @Default("1") int weight) {}

  @TempDir Path folder;

  @Test
  void bindsEveryType() throws IOException {
    yaml(
        """
        whole: -1
        large: 9000000000
        flag: true
        ratio: 0.5
        text: "yes: no"
        address: https://example.org/a
        store-address: redis://:pw@host:6379
        folder: /data/x
        max-wait: 5m
        max-body: 1MiB
        mode: very-safe
        api-key: abc
        back-off: [1s, 500ms]
        weights:
          groq: 3
          a.b: 1
        """);
    assertEquals(
        new Everything(
            -1,
            9_000_000_000L,
            true,
            0.5,
            "yes: no",
            URI.create("https://example.org/a"),
            new SecretUri(URI.create("redis://:pw@host:6379")),
            Path.of("/data/x"),
            Duration.ofMinutes(5),
            new ByteSize(1 << 20),
            Mode.VERY_SAFE,
            new Secret("abc"),
            List.of(Duration.ofSeconds(1), Duration.ofMillis(500)),
            Map.of("groq", 3, "a.b", 1)),
        load(Everything.class, Map.of()));
  }

  @Test
  void takesDefaultsWhereNothingIsGiven() {
    assertEquals(
        new Defaults(
            8101,
            Duration.ofSeconds(30),
            List.of("a", "b"),
            Mode.VERY_SAFE,
            null,
            null,
            List.of(),
            Map.of(),
            new Inner(new ByteSize(1 << 20), new Deep("x")),
            null),
        load(Defaults.class, Map.of()));
  }

  @Test
  void takesKeysWithoutAValueForNotGiven() throws IOException {
    yaml("port:\nnames: ~\ntenants:\ninner:\noptional:\n");
    assertEquals(8101, load(Defaults.class, Map.of()).port());
    assertNull(load(Defaults.class, Map.of()).optional());
  }

  @Test
  void prefersVariableThenYamlThenDefault() throws IOException {
    yaml("port: 1\npause: 2s\n");
    assertEquals(1, load(Defaults.class, Map.of()).port());
    assertEquals(2, load(Defaults.class, Map.of("RUCHE_PORT", "2")).port());
    assertEquals(Duration.ofSeconds(2), load(Defaults.class, Map.of()).pause());
  }

  @Test
  void readsAVariableFromItsFile() throws IOException {
    yaml("port: 1\n");
    Path file = Files.writeString(folder.resolve("port"), "3\n");
    assertEquals(3, load(Defaults.class, Map.of("RUCHE_PORT_FILE", file.toString())).port());
  }

  @Test
  void readsAVariableAtAnyDepth() throws IOException {
    yaml("inner: {size: 2KiB, deep: {value: y}}\n");
    Inner inner = load(Defaults.class, Map.of("RUCHE_DEEP", "z")).inner();
    assertEquals(new Inner(new ByteSize(2048), new Deep("z")), inner);
  }

  @Test
  void makesAnOptionalRecordOnceAVariableOfItIsSet() {
    assertEquals(new Inner2("v", 5), load(Defaults.class, Map.of("RUCHE_DEEP2", "v")).optional());
  }

  @Test
  void splitsAListFromAVariable() {
    assertEquals(List.of("x", "y"), load(Defaults.class, Map.of("RUCHE_NAMES", "x, y,")).names());
  }

  @Test
  void bindsRecordsByName() throws IOException {
    yaml("tenants:\n  azoth:\n    mqtt: mqtt://a:1883\n  koff:\n  maximus: {weight: 4}\n");
    Map<String, Tenant> tenants = load(Defaults.class, Map.of()).tenants();
    assertEquals(
        Map.of(
            "azoth", new Tenant(URI.create("mqtt://a:1883"), 1),
            "koff", new Tenant(null, 1),
            "maximus", new Tenant(null, 4)),
        tenants);
    assertEquals(List.of("azoth", "koff", "maximus"), List.copyOf(tenants.keySet()));
  }

  @Test
  void readsAVariableNamedByTheKeyOfAMap() throws IOException {
    yaml("keys:\n  open-router:\n  other: {api-key: b}\n  third: {api-key: c}\n");
    Path file = Files.writeString(folder.resolve("key"), "d");
    Map<String, String> env =
        Map.of("OPEN_ROUTER_API_KEY", "a", "THIRD_API_KEY_FILE", file.toString());
    assertEquals(
        Map.of(
            "open-router", new Key(new Secret("a")),
            "other", new Key(new Secret("b")),
            "third", new Key(new Secret("d"))),
        load(Keyed.class, env).keys());
  }

  @Test
  void knowsAVariableOfItsOwnOnceTheMapHasItsKey() throws IOException {
    Map<String, String> env = Map.of("RUCHE_OF_KOFF_URL", "mqtt://k:1");
    yaml("owners:\n  koff: {}\n");
    assertEquals(
        Map.of("koff", new Owner(URI.create("mqtt://k:1"))), load(Owners.class, env).owners());

    yaml("owners:\n  azoth: {}\n");
    assertEquals(
        List.of(
            "RUCHE_OF_KOFF_URL: is not a variable that is read here; did you mean RUCHE_OF_AZOTH_URL?"),
        assertThrows(ConfigException.class, () -> load(Owners.class, env)).problems());
  }

  @Test
  void readsAFileAnewWithTheSameVariables() throws IOException {
    yaml("port: 1\n");
    Config config = Config.load(folder, Map.of("RUCHE_DEEP", "z"), Map.of("test", Defaults.class));
    yaml("port: 2\n");

    Defaults reread = config.reread(Defaults.class);

    assertEquals(2, reread.port());
    assertEquals("z", reread.inner().deep().value());
    assertEquals(1, config.get(Defaults.class).port());
    assertEquals(folder.resolve("test.yaml"), config.file(Defaults.class));
  }

  @Test
  void tellsEveryProblemOfAFileThatIsReadAnew() throws IOException {
    Config config = Config.load(folder, Map.of(), Map.of("test", Defaults.class));
    yaml("port: x\npause: y\n");

    ConfigException refusal =
        assertThrows(ConfigException.class, () -> config.reread(Defaults.class));

    assertEquals(2, refusal.problems().size());
  }

  @Test
  void givesListsAndMapsThatCannotChange() throws IOException {
    yaml("tenants: {a: }\nnames: [x]\n");
    Defaults settings = load(Defaults.class, Map.of());
    assertThrows(UnsupportedOperationException.class, () -> settings.tenants().clear());
    assertThrows(UnsupportedOperationException.class, () -> settings.names().clear());
  }

  @Test
  void loadsSeveralFilesThatMayShareAVariable() throws IOException {
    yaml("port: 1\n");
    Files.writeString(folder.resolve("other.yaml"), "value: y\n");
    Config config =
        Config.load(
            folder, Map.of("RUCHE_DEEP", "z"), Map.of("test", Defaults.class, "other", Deep.class));
    assertEquals("z", config.get(Defaults.class).inner().deep().value());
    assertEquals(new Deep("z"), config.get(Deep.class));
  }

  @Test
  void refusesToGiveWhatWasNotLoaded() {
    Config config = Config.load(folder, Map.of(), Map.of("test", Defaults.class));
    assertThrows(IllegalArgumentException.class, () -> config.get(Deep.class));
  }

  @Test
  void refusesOneRecordForTwoFiles() {
    Map<String, Class<? extends Record>> files = Map.of("a", Deep.class, "b", Deep.class);
    assertThrows(IllegalArgumentException.class, () -> Config.load(folder, Map.of(), files));
  }

  @Test
  void readsASingleVariable() throws IOException {
    Path file = Files.writeString(folder.resolve("key"), "k\n");
    assertEquals("k", Config.variable(Map.of("RUCHE_KEY_FILE", file.toString()), "RUCHE_KEY"));
    assertEquals("j", Config.variable(Map.of("RUCHE_KEY", "j"), "RUCHE_KEY"));
    assertNull(Config.variable(Map.of("RUCHE_KEY", ""), "RUCHE_KEY"));
    assertEquals(
        List.of("RUCHE_KEY: is set, and so is RUCHE_KEY_FILE; unset one of them"),
        assertThrows(
                ConfigException.class,
                () ->
                    Config.variable(Map.of("RUCHE_KEY", "j", "RUCHE_KEY_FILE", "/k"), "RUCHE_KEY"))
            .problems());
  }

  private void yaml(String text) throws IOException {
    Files.writeString(folder.resolve("test.yaml"), text);
  }

  private <T extends Record> T load(Class<T> type, Map<String, String> env) {
    return Config.load(folder, env, Map.of("test", type)).get(type);
  }
}
