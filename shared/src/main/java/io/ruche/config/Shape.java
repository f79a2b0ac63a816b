package io.ruche.config;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a setting's value looks like, read from its Java type by {@link RecordShapes}. */
sealed interface Shape {

  /** What a value is, for messages and documentation: {@code a size}, {@code a list}. */
  String label();

  /** A single value. */
  record Leaf(Scalar scalar) implements Shape {

    @Override
    public String label() {
      return scalar.label();
    }
  }

  /** A {@code List<T>}. */
  record Items(Shape element) implements Shape {

    @Override
    public String label() {
      return "a list";
    }

    /** What a variable or a default, with commas between items, says. */
    static List<String> split(String text) {
      return Arrays.stream(text.split(",", -1))
          .map(String::strip)
          .filter(item -> !item.isEmpty())
          .toList();
    }
  }

  /** A {@code Map<String, T>}, whose keys are the user's. */
  record Table(Shape value) implements Shape {

    /** What stands under one key, its variables named by that key. */
    Shape valueUnder(String key) {
      return value instanceof Section section ? section.named(key) : value;
    }

    @Override
    public String label() {
      return "a group of keys";
    }
  }

  /** A record, whose components are the keys. */
  record Section(Class<? extends Record> type, List<Setting> settings) implements Shape {

    @Override
    public String label() {
      return "a group of keys";
    }

    Section named(String key) {
      return new Section(type, settings.stream().map(setting -> setting.named(key)).toList());
    }

    List<String> keys() {
      return settings.stream().map(Setting::key).toList();
    }

    /** The names of its variables, those of nested sections included. */
    List<String> variables() {
      return settings.stream().flatMap(Section::variablesOf).toList();
    }

    private static Stream<String> variablesOf(Setting setting) {
      return setting.shape() instanceof Section nested
          ? nested.variables().stream()
          : Stream.ofNullable(setting.variable());
    }
  }

  /**
   * One component of a record.
   *
   * @param key its YAML key, kebab-case
   * @param variable the environment variable that wins over YAML
   * @param defaultText its default as a variable would give it
   * @param nullable whether it may be left out without a default
   */
  record Setting(
      String key,
      Shape shape,
      @Nullable String variable,
      @Nullable String defaultText,
      @Nullable String description,
      boolean nullable) {

    /** Stands in a variable's name for the key of the map that the setting is in. */
    static final String NAME = "{NAME}";

    /** The same with the variable that it has under a key of a map. */
    Setting named(String key) {
      Shape within = shape instanceof Section section ? section.named(key) : shape;
      String own =
          variable == null
              ? null
              : variable.replace(NAME, key.toUpperCase(Locale.ROOT).replace('-', '_'));
      return new Setting(this.key, within, own, defaultText, description, nullable);
    }

    /** Whether YAML or a variable has to give it. */
    boolean required() {
      return shape instanceof Leaf && defaultText == null && !nullable;
    }
  }

  /**
   * The type of single value in a shape that can be written as one text: a leaf or a list of
   * leaves.
   */
  static Optional<Scalar> scalarOf(Shape shape) {
    return switch (shape) {
      case Leaf leaf -> Optional.of(leaf.scalar());
      case Items items -> items.element() instanceof Leaf leaf ? scalarOf(leaf) : Optional.empty();
      case Table table -> Optional.empty();
      case Section section -> Optional.empty();
    };
  }
}
