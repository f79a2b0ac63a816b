package io.ruche.config;

import io.ruche.config.Shape.Setting;
import io.ruche.config.source.Environment;
import io.ruche.config.source.Environment.Reading;
import io.ruche.config.source.KeyPath;
import io.ruche.config.source.NearestName;
import io.ruche.config.source.Node;
import io.ruche.config.source.Problem;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes the record of one file from its YAML tree and the environment.
 *
 * <p>A value that cannot be made is {@link #FAILED}, and its problem is told; what holds it fails
 * too, without another word, while everything beside it is still checked.
 */
final class Binder {

  /** Stands for a value whose problem has been told. */
  static final Object FAILED = new Object();

  private final String file;
  private final Environment environment;
  private final Problems problems;
  private final Set<String> asked;

  /**
   * @param asked gets the names of the variables that are looked for, those of a map's keys too
   */
  Binder(String file, Environment environment, Problems problems, Set<String> asked) {
    this.file = file;
    this.environment = environment;
    this.problems = problems;
    this.asked = asked;
  }

  /**
   * The record, or {@link #FAILED}.
   *
   * @param root the file's tree; of one that could not be read, only the variables are checked
   */
  Object bind(Shape.Section section, Node root) {
    if (root instanceof Node.Unread) {
      checkVariables(section);
      return FAILED;
    }
    return value(section, root, KeyPath.ROOT);
  }

  private Object section(Shape.Section section, Node.Mapping node, KeyPath path) {
    List<String> keys = section.keys();
    node.entries()
        .forEach(
            (key, value) -> {
              if (!keys.contains(key)) {
                problem(value.line(), path.key(key), unknown(key, keys));
              }
            });
    @Nullable Object[] values = new @Nullable Object[keys.size()];
    boolean failed = false;
    for (int i = 0; i < values.length; i++) {
      Setting setting = section.settings().get(i);
      values[i] = setting(setting, node, path.key(setting.key()));
      failed |= values[i] == FAILED;
    }
    if (failed) {
      return FAILED;
    }
    try {
      return RecordShapes.construct(section.type(), values);
    } catch (IllegalArgumentException refusal) {
      List<String> variables =
          section.settings().stream()
              .map(Setting::variable)
              .filter(Objects::nonNull)
              .filter(environment::has)
              .toList();
      String from = variables.isEmpty() ? "" : " (set by " + String.join(", ", variables) + ")";
      String why = Objects.requireNonNullElse(refusal.getMessage(), "is refused");
      return problem(node.line(), path, why + from);
    }
  }

  private void checkVariables(Shape.Section section) {
    for (Setting setting : section.settings()) {
      if (setting.shape() instanceof Shape.Section nested) {
        checkVariables(nested);
      } else if (setting.variable() != null) {
        variable(setting.variable(), setting.shape());
      }
    }
  }

  private static String unknown(String key, List<String> keys) {
    return "is not a setting; "
        + NearestName.of(key, keys)
            .map(near -> "did you mean " + near + "?")
            .orElseGet(() -> "here can stand " + String.join(", ", keys));
  }

  /**
   * Reads YAML and variable both, so that a wrong YAML value is told even where a variable wins.
   */
  private @Nullable Object setting(Setting setting, Node.Mapping parent, KeyPath path) {
    Node node = parent.entries().get(setting.key());
    Object fromYaml =
        node == null || node instanceof Node.Blank ? null : value(setting.shape(), node, path);
    Object fromVariable =
        setting.variable() == null ? null : variable(setting.variable(), setting.shape());
    if (fromYaml == FAILED || fromVariable == FAILED) {
      return FAILED;
    }
    if (fromVariable != null) {
      return fromVariable;
    }
    return fromYaml != null ? fromYaml : absent(setting, parent.line(), path);
  }

  private @Nullable Object variable(String name, Shape shape) {
    asked.add(name);
    return switch (environment.read(name)) {
      case Reading.Unset() -> null;
      case Reading.Refused(Problem problem) -> {
        problems.add(problem);
        yield FAILED;
      }
      case Reading.Given given ->
          text(
              shape,
              given.text(),
              !given.fromFile(),
              text -> problems.add(Problem.ofVariable(given.variable(), text)));
    };
  }

  private @Nullable Object absent(Setting setting, int line, KeyPath path) {
    if (setting.defaultText() != null) {
      return text(setting.shape(), setting.defaultText(), true, text -> problem(line, path, text));
    }
    if (setting.nullable() && !anyVariableSet(setting.shape())) {
      return null;
    }
    if (setting.required()) {
      String variable = setting.variable() == null ? "" : ", or the variable " + setting.variable();
      return problem(line, path, "is missing; set it to " + setting.shape().label() + variable);
    }
    return empty(setting.shape(), line, path);
  }

  private boolean anyVariableSet(Shape shape) {
    return shape instanceof Shape.Section section
        && section.variables().stream().anyMatch(environment::has);
  }

  private Object empty(Shape shape, int line, KeyPath path) {
    return switch (shape) {
      case Shape.Section section -> section(section, new Node.Mapping(Map.of(), line), path);
      case Shape.Items items -> List.of();
      case Shape.Table table -> Map.of();
      case Shape.Leaf leaf -> problem(line, path, "has no value; set it to " + leaf.label());
    };
  }

  private Object value(Shape shape, Node node, KeyPath path) {
    return switch (node) {
      case Node.Unread unread -> FAILED;
      case Node.Blank blank -> empty(shape, blank.line(), path);
      case Node.Scalar scalar when shape instanceof Shape.Leaf leaf ->
          parsed(leaf.scalar(), scalar.text(), true, text -> problem(scalar.line(), path, text));
      case Node.Scalar scalar -> mismatch(scalar, path, "a single value", shape);
      case Node.Items items when shape instanceof Shape.Items list -> items(list, items, path);
      case Node.Items items -> mismatch(items, path, "a list", shape);
      case Node.Mapping mapping when shape instanceof Shape.Section section ->
          section(section, mapping, path);
      case Node.Mapping mapping when shape instanceof Shape.Table table ->
          table(table, mapping, path);
      case Node.Mapping mapping -> mismatch(mapping, path, "a group of keys", shape);
    };
  }

  private Object mismatch(Node node, KeyPath path, String found, Shape wanted) {
    return problem(node.line(), path, "is " + found + ", and must be " + wanted.label());
  }

  private Object items(Shape.Items shape, Node.Items node, KeyPath path) {
    List<Object> values = new ArrayList<>();
    for (Node item : node.nodes()) {
      values.add(value(shape.element(), item, path.item(values.size())));
    }
    return values.contains(FAILED) ? FAILED : List.copyOf(values);
  }

  private Object table(Shape.Table shape, Node.Mapping node, KeyPath path) {
    Map<String, Object> values = new LinkedHashMap<>();
    node.entries()
        .forEach(
            (key, value) -> values.put(key, value(shape.valueUnder(key), value, path.key(key))));
    return values.containsValue(FAILED) ? FAILED : Collections.unmodifiableMap(values);
  }

  private Object text(Shape shape, String text, boolean visible, Consumer<String> tell) {
    Scalar scalar = Shape.scalarOf(shape).orElseThrow();
    if (shape instanceof Shape.Leaf) {
      return parsed(scalar, text, visible, tell);
    }
    List<Object> values =
        Shape.Items.split(text).stream().map(item -> parsed(scalar, item, visible, tell)).toList();
    return values.contains(FAILED) ? FAILED : values;
  }

  private Object parsed(Scalar scalar, String text, boolean visible, Consumer<String> tell) {
    try {
      Object value = scalar.parse(text);
      hide(value);
      return value;
    } catch (IllegalArgumentException refusal) {
      tell.accept(scalar.complaint(text, visible, refusal));
      return FAILED;
    }
  }

  private void hide(Object value) {
    String secret =
        switch (value) {
          case Secret plain -> plain.value();
          case SecretUri address -> address.value().getRawUserInfo();
          case URI address -> address.getRawUserInfo();
          default -> null;
        };
    if (secret != null) {
      problems.hide(secret);
    }
  }

  private Object problem(int line, KeyPath path, String text) {
    problems.add(new Problem(file, line, path, text));
    return FAILED;
  }
}
