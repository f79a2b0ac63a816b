package io.ruche.config;

import io.ruche.config.source.KeyPath;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Writes the reference of all settings, in Markdown, from the records that they are read into. A
 * test holds {@code docs/configuration.md} to it, and writes the file when run with {@code
 * -Druche.docs.write=true}.
 */
public final class ConfigDocs {

  private static final String RULES =
      """
      # Configuration

      Generated from the records in the code; edit those and write it anew with \
      `-Druche.docs.write=true`.

      A setting comes from its variable, else from the YAML file, else from its default. A missing file
      has no settings. Any variable may end in `_FILE` and then names a file with the value (Docker
      secrets); a blank variable counts as not set. Unknown keys and `RUCHE_*` variables, keys given
      twice and wrong values stop the start with all of them listed. `<name>` in a key is a name of
      your choice, `<NAME>` in a variable is that name in capitals with `_` for `-`, `[]` an item of a list.

      | type | written |
      |---|---|
      | duration | `500ms`, `30s`, `5m`, `2h`, `7d` or `PT1H30M` |
      | size | bytes, or `512KiB`, `1MiB`, `2GiB` (1024), `50MB` (1000) |
      | address | `scheme://host:port/path`; a password's special characters as `%XX` |
      | secret | text that is never printed |
      | list | a YAML list; in a variable, with commas between the items |
      """;

  private ConfigDocs() {}

  /** Renders where no variables are known but those of the records. */
  public static String render(Map<String, Class<? extends Record>> files) {
    return render(files, Map.of());
  }

  /**
   * The whole document: a table per file, in the map's order, with one row per setting.
   *
   * @param files each file's record, by the file's name without {@code .yaml}
   * @param otherVariables variables that are read apart from the records, and their meaning
   * @throws IllegalArgumentException naming the settings without a {@link Description}
   */
  public static String render(
      Map<String, Class<? extends Record>> files, Map<String, String> otherVariables) {
    StringBuilder document = new StringBuilder(RULES);
    List<String> undescribed = new ArrayList<>();
    files.forEach(
        (name, type) -> {
          document.append("\n## ").append(name).append(".yaml\n\n");
          Description description = type.getAnnotation(Description.class);
          if (description != null) {
            document.append(description.value()).append("\n\n");
          }
          document.append("| key | variable | type | default | meaning |\n|---|---|---|---|---|\n");
          for (Row row : rows(RecordShapes.of(type), KeyPath.ROOT)) {
            if (row.meaning().isBlank()) {
              undescribed.add(name + ".yaml: " + row.key());
            }
            document.append(row);
          }
        });
    if (!undescribed.isEmpty()) {
      throw new IllegalArgumentException("no @Description: " + String.join(", ", undescribed));
    }
    if (!otherVariables.isEmpty()) {
      document.append("\n## Other variables\n\n| variable | meaning |\n|---|---|\n");
      otherVariables.forEach(
          (name, meaning) -> document.append("| `" + name + "` | " + cell(meaning) + " |\n"));
    }
    return document.toString();
  }

  private record Row(
      String key, String variable, String type, String defaultValue, String meaning) {

    @Override
    public String toString() {
      return "| `%s` | %s | %s | %s | %s |\n"
          .formatted(key, variable, cell(type), cell(defaultValue), cell(meaning));
    }
  }

  private static List<Row> rows(Shape.Section section, KeyPath path) {
    List<Row> rows = new ArrayList<>();
    for (Shape.Setting setting : section.settings()) {
      KeyPath key = path.key(setting.key());
      String meaning = setting.description() == null ? "" : setting.description();
      boolean grouping = setting.shape() instanceof Shape.Section;
      if (!grouping || !meaning.isEmpty()) {
        String variable =
            setting.variable() == null
                ? ""
                : code(setting.variable().replace(Shape.Setting.NAME, "<NAME>"));
        rows.add(new Row(key.text(), variable, type(setting.shape()), defaultOf(setting), meaning));
      }
      rows.addAll(nested(setting.shape(), key));
    }
    return rows;
  }

  private static List<Row> nested(Shape shape, KeyPath path) {
    return switch (shape) {
      case Shape.Leaf leaf -> List.of();
      case Shape.Section section -> rows(section, path);
      case Shape.Table table -> nested(table.value(), path.key("<name>"));
      case Shape.Items items -> nested(items.element(), new KeyPath(path.text() + "[]"));
    };
  }

  private static String type(Shape shape) {
    return switch (shape) {
      case Shape.Leaf leaf -> leaf.label().replaceFirst("^an? ", "");
      case Shape.Items items -> "list: " + type(items.element());
      case Shape.Table table -> "by name: " + type(table.value());
      case Shape.Section section -> "group";
    };
  }

  private static String defaultOf(Shape.Setting setting) {
    if (setting.defaultText() != null) {
      return code(setting.defaultText());
    }
    if (setting.required()) {
      return "**required**";
    }
    return setting.shape() instanceof Shape.Section && !setting.nullable() ? "" : "none";
  }

  private static String code(String text) {
    return "`" + text + "`";
  }

  private static String cell(String text) {
    return text.replace("|", "\\|").replace("\n", " ");
  }
}
