package io.ruche.config;

import io.ruche.config.source.Environment;
import io.ruche.config.source.Environment.Reading;
import io.ruche.config.source.KeyPath;
import io.ruche.config.source.NearestName;
import io.ruche.config.source.Node;
import io.ruche.config.source.Problem;
import io.ruche.config.source.YamlFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a process, one record per YAML file.
 *
 * <p>A setting comes from its {@link Variable} (or the file that {@code X_FILE} names), else from
 * YAML, else from its {@link Default}. Keys are the kebab-case names of record components. A
 * component may be a nested record, a {@code List<T>}, a {@code Map<String, T>}, {@code int},
 * {@code long}, {@code double}, {@code boolean}, String, URI, Path, Duration, an enum, {@link
 * ByteSize}, {@link Secret} or {@link SecretUri}; one that may be left out is {@code @Nullable}.
 * What a compact constructor refuses with an IllegalArgumentException is told as a problem of the
 * key that holds the record, so its message should name the component and what would be right.
 */
public final class Config {

  private static final String OWN_VARIABLES = "RUCHE_";

  private final Map<Class<?>, Record> records;
  private final Map<Class<?>, String> names;
  private final Path folder;
  private final Environment environment;

  private Config(
      Map<Class<?>, Record> records,
      Map<Class<?>, String> names,
      Path folder,
      Environment environment) {
    this.records = records;
    this.names = names;
    this.folder = folder;
    this.environment = environment;
  }

  /** Loads where no variables are known but those of the records. */
  public static Config load(
      Path folder, Map<String, String> env, Map<String, Class<? extends Record>> files) {
    return load(folder, env, files, Set.of());
  }

  /**
   * Reads {@code folder/<name>.yaml} for each name and makes its record; a missing file has no
   * keys.
   *
   * @param env the variables; a {@code RUCHE_*} one that no record and no caller knows is a problem
   * @param files each a different record, by the file's name without {@code .yaml}
   * @param otherVariables names known to the caller, such as {@code RUCHE_CONFIG}
   * @throws ConfigException with every problem of every file and variable
   * @throws IllegalArgumentException when a record cannot be read as settings, which is a
   *     programming error
   */
  public static Config load(
      Path folder,
      Map<String, String> env,
      Map<String, Class<? extends Record>> files,
      Set<String> otherVariables) {
    Environment environment = new Environment(env);
    Problems problems = new Problems();
    Set<String> variables = new TreeSet<>(otherVariables);
    Map<Class<?>, Record> records = new HashMap<>();
    Map<Class<?>, String> names = new HashMap<>();
    if (!Files.isDirectory(folder)) {
      String text = "is not a folder; RUCHE_CONFIG names the folder of the YAML files";
      problems.add(new Problem(folder.toString(), 0, KeyPath.ROOT, text));
    }
    files.forEach(
        (name, type) -> {
          Shape.Section section = RecordShapes.of(type);
          variables.addAll(section.variables());
          names.put(type, name);
          Object bound = read(folder, name, section, environment, problems, variables);
          if (bound instanceof Record made && records.put(type, made) != null) {
            throw new IllegalArgumentException(type.getSimpleName() + " is given for two files");
          }
        });
    refuseUnknown(environment, variables, problems);
    List<String> found = problems.list();
    if (!found.isEmpty()) {
      throw new ConfigException(found);
    }
    return new Config(records, names, folder, environment);
  }

  /**
   * The value of a variable that is needed before, or apart from, any record; {@code X_FILE}
   * counts.
   *
   * @return null when it is not set or blank
   * @throws ConfigException when its file cannot be read
   */
  public static @Nullable String variable(Map<String, String> env, String name) {
    return switch (new Environment(env).read(name)) {
      case Reading.Unset() -> null;
      case Reading.Given given -> given.text();
      case Reading.Refused(Problem problem) -> {
        Problems problems = new Problems();
        problems.add(problem);
        throw new ConfigException(problems.list());
      }
    };
  }

  /** The record of one of the files loaded. */
  public <T extends Record> T get(Class<T> type) {
    Record found = records.get(type);
    if (found == null) {
      throw new IllegalArgumentException(type.getSimpleName() + " was not among the files loaded");
    }
    return type.cast(found);
  }

  /** Where the file of one of the records is, or would be. */
  public Path file(Class<? extends Record> type) {
    return folder.resolve(name(type) + ".yaml");
  }

  /**
   * Makes a record anew from its file as it is now, and from the same variables; what {@link #get}
   * gives stays as it was.
   *
   * @throws ConfigException with every problem of that file
   */
  public <T extends Record> T reread(Class<T> type) {
    Problems problems = new Problems();
    Object bound =
        read(folder, name(type), RecordShapes.of(type), environment, problems, new TreeSet<>());
    List<String> found = problems.list();
    if (!found.isEmpty()) {
      throw new ConfigException(found);
    }
    return type.cast(bound);
  }

  private String name(Class<? extends Record> type) {
    get(type);
    return Objects.requireNonNull(names.get(type));
  }

  private static Object read(
      Path folder,
      String name,
      Shape.Section section,
      Environment environment,
      Problems problems,
      Set<String> asked) {
    String file = name + ".yaml";
    Binder binder = new Binder(file, environment, problems, asked);
    if (!Files.isDirectory(folder)) {
      return binder.bind(section, new Node.Unread(0));
    }
    if (Files.exists(folder.resolve(name + ".yml"))) {
      String text = "is not read; rename it to " + file;
      problems.add(new Problem(name + ".yml", 0, KeyPath.ROOT, text));
    }
    YamlFile yaml = YamlFile.read(folder.resolve(file));
    yaml.problems().forEach(problems::add);
    return binder.bind(section, yaml.root());
  }

  private static void refuseUnknown(
      Environment environment, Set<String> variables, Problems problems) {
    for (String set : environment.names()) {
      String suffix = set.endsWith(Environment.FILE) ? Environment.FILE : "";
      String name = set.substring(0, set.length() - suffix.length());
      if (set.startsWith(OWN_VARIABLES) && !variables.contains(name) && !variables.contains(set)) {
        String hint =
            NearestName.of(name, variables)
                .map(near -> "; did you mean " + near + suffix + "?")
                .orElse("; unset it");
        problems.add(Problem.ofVariable(set, "is not a variable that is read here" + hint));
      }
    }
  }
}
