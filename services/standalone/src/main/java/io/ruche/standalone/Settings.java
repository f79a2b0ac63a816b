package io.ruche.standalone;

import io.ruche.aiproxy.AiProxy;
import io.ruche.backbone.BackboneConfig;
import io.ruche.backbone.Service;
import io.ruche.config.Config;
import io.ruche.config.SecretUri;
import io.ruche.embedservice.EmbedService;
import io.ruche.logging.LogFormat;
import io.ruche.standalone.stores.StoreUrls;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The services there are, and the settings of this process. */
public final class Settings {

  /** Every service of Ruche. */
  public static final List<Service> SERVICES = List.of(new AiProxy(), new EmbedService());

  /** Variables that no record has, and what they mean. */
  public static final Map<String, String> OTHER_VARIABLES = otherVariables();

  private Settings() {}

  private static Map<String, String> otherVariables() {
    Map<String, String> variables = new LinkedHashMap<>();
    variables.put("RUCHE_CONFIG", "The folder of the YAML files; `configs` beside `ruche`.");
    variables.put("RUCHE_JAVA", "The JDK that `ruche` uses; the best it finds without it.");
    variables.put("RUCHE_LOG", "How the log is written: `text`, or `json` for an object a line.");
    variables.put("RUCHE_KEY", "The API key of `ruche send`; the local admin key without it.");
    return variables;
  }

  /** The record of each YAML file, by its stem. */
  public static Map<String, Class<? extends Record>> files() {
    Map<String, Class<? extends Record>> files = new LinkedHashMap<>();
    files.put("backbone", BackboneConfig.class);
    files.put("standalone", StandaloneConfig.class);
    SERVICES.forEach(service -> files.put(service.name(), service.config()));
    return files;
  }

  /** Reads all files and variables. */
  public static Config load() {
    Map<String, String> env = System.getenv();
    LogFormat.of(env.get(LogFormat.VARIABLE));
    String folder = Config.variable(env, "RUCHE_CONFIG");
    Path configs =
        folder == null
            ? Path.of(System.getProperty("ruche.home", "."), "configs")
            : Path.of(folder);
    return Config.load(configs, env, files(), knownVariables());
  }

  private static Set<String> knownVariables() {
    Set<String> known = new java.util.HashSet<>(OTHER_VARIABLES.keySet());
    // What the script ruche reads, and what its tests set.
    known.addAll(Set.of("RUCHE_JAVA_OPTS", "RUCHE_TEST_NO_SKIP", "RUCHE_TESTING"));
    return known;
  }

  /** Where the stores are: given by the configuration, otherwise those that {@code up} runs. */
  public static StoreUrls given(BackboneConfig config, StoreUrls embedded) {
    return new StoreUrls(
        or(config.mqtt().url(), embedded.mqtt()),
        or(config.redis().url(), embedded.redis()),
        or(config.hotRedis().url(), embedded.hotRedis()),
        or(config.postgres().url(), embedded.postgres()),
        embedded.s3());
  }

  /** Whether every store that a command may need has an address of its own. */
  public static boolean areElsewhere(BackboneConfig config) {
    return config.mqtt().url() != null
        && config.redis().url() != null
        && config.hotRedis().url() != null
        && config.postgres().url() != null;
  }

  private static java.net.URI or(@Nullable SecretUri given, java.net.URI embedded) {
    return given == null ? embedded : given.value();
  }
}
