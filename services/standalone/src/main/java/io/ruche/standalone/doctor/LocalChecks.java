package io.ruche.standalone.doctor;

import io.ruche.backbone.BackboneConfig;
import io.ruche.backbone.Service;
import io.ruche.config.Config;
import io.ruche.config.ConfigException;
import io.ruche.standalone.Settings;
import io.ruche.standalone.StandaloneConfig;
import io.ruche.standalone.machine.DataFolder;
import io.ruche.standalone.machine.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What {@code ruche up} needs of this machine: its settings, its data folder and its ports. */
public final class LocalChecks implements Check {

  private static final long LEAST_BYTES = 3L << 30;

  private final Supplier<Config> settings;
  private final Map<String, String> environment;
  private final @Nullable Path data;
  private final long leastBytes;

  /**
   * @param settings reads the configuration; throws {@link ConfigException}
   * @param environment the variables of this process
   * @param data the data folder, or null for the configured one
   */
  public LocalChecks(
      Supplier<Config> settings, Map<String, String> environment, @Nullable Path data) {
    this(settings, environment, data, LEAST_BYTES);
  }

  LocalChecks(
      Supplier<Config> settings,
      Map<String, String> environment,
      @Nullable Path data,
      long leastBytes) {
    this.settings = settings;
    this.environment = environment;
    this.data = data;
    this.leastBytes = leastBytes;
  }

  @Override
  public String part() {
    return "settings, data and ports";
  }

  @Override
  public List<Finding> look() throws IOException {
    List<Finding> found = new ArrayList<>();
    Config config;
    try {
      config = settings.get();
    } catch (ConfigException mistakes) {
      mistakes
          .problems()
          .forEach(
              problem ->
                  found.add(
                      Finding.problem(
                          "settings.wrong", "configuration", problem, "docs/configuration.md")));
      return found;
    }
    if (blank("GROQ_API_KEY") && blank("GROQ_API_KEY_FILE") && blank("OLLAMA_URL")) {
      found.add(
          Finding.advice(
              "settings.no-provider",
              "environment",
              "There is neither GROQ_API_KEY nor OLLAMA_URL, so that models are answered 503.",
              "Set one of them, unless ai-proxy.yaml has a provider of its own."));
    }
    if (Settings.areElsewhere(config.get(BackboneConfig.class))) {
      return found;
    }
    StandaloneConfig own = config.get(StandaloneConfig.class);
    Path folder = (data == null ? own.data() : data).toAbsolutePath().normalize();
    folder(folder, found);
    if (DataFolder.owner(folder).isEmpty()) {
      ports(config, own.ports(), found);
    }
    return found;
  }

  private boolean blank(String variable) {
    return environment.getOrDefault(variable, "").isBlank();
  }

  private void folder(Path folder, List<Finding> found) throws IOException {
    Path there = folder;
    while (!Files.exists(there) && there.getParent() != null) {
      there = there.getParent();
    }
    if (!Files.isDirectory(there) || !Files.isWritable(there)) {
      found.add(
          Finding.problem(
              "data.not-writable",
              folder.toString(),
              there + " is no folder that " + System.getProperty("user.name") + " may write.",
              "Run as its owner, or choose another folder with --data DIR or RUCHE_DATA."));
    }
    long free = Files.getFileStore(there).getUsableSpace();
    if (!Files.exists(folder) && free < leastBytes) {
      found.add(
          Finding.problem(
              "data.no-room",
              folder.toString(),
              "%.1f GB are free; a fresh data folder takes 1.3 GB.".formatted(free / 1e9),
              "Make room for 3 GB, or choose another folder with --data DIR."));
    }
  }

  private static void ports(Config config, StandaloneConfig.Ports stores, List<Finding> found) {
    Map<Integer, String> wanted = new LinkedHashMap<>();
    for (Service service : Settings.SERVICES) {
      wanted.put(service.port(config), service.name());
    }
    BackboneConfig common = config.get(BackboneConfig.class);
    embedded(wanted, common.mqtt().url(), stores.mqtt(), "the MQTT broker");
    embedded(wanted, common.redis().url(), stores.redis(), "the Redis of the bus");
    embedded(wanted, common.hotRedis().url(), stores.hotRedis(), "the Redis of limits");
    embedded(wanted, common.postgres().url(), stores.postgres(), "PostgreSQL");
    embedded(wanted, common.s3().url(), stores.s3(), "S3");
    wanted.forEach(
        (port, purpose) -> {
          if (!Ports.isFree(port)) {
            found.add(
                Finding.problem(
                    "port.taken",
                    "port " + port,
                    "It is wanted for "
                        + purpose
                        + " and taken by "
                        + Ports.holder(port).orElse("a process of another user")
                        + ".",
                    "Stop that, or choose another port: docs/operations.md, Ports."));
          }
        });
  }

  private static void embedded(
      Map<Integer, String> wanted, @Nullable Object url, int port, String purpose) {
    if (url == null) {
      wanted.put(port, purpose);
    }
  }
}
