package io.ruche.config;

import io.ruche.config.source.Environment;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the shape of a record of settings from its components and their annotations. What it
 * refuses, with an IllegalArgumentException, are mistakes in the record and not in a user's
 * configuration.
 */
final class RecordShapes {

  private static final Pattern VARIABLE = Pattern.compile("[A-Z][A-Z0-9_]*");

  /** Where a setting stands: what tells whether its variable's name needs a key in it. */
  private enum Within {
    RECORDS,
    MAP,
    LIST
  }

  private static final Pattern WORD_START = Pattern.compile("(?<=[a-z0-9])(?=[A-Z])");

  private final Set<String> variables = new HashSet<>();
  private final List<Class<?>> enclosing = new ArrayList<>();

  private RecordShapes() {}

  /** The shape of one file's record. */
  static Shape.Section of(Class<? extends Record> type) {
    return new RecordShapes().section(type, Within.RECORDS);
  }

  /**
   * Calls a record's canonical constructor.
   *
   * @throws IllegalArgumentException when the constructor refuses the values with one
   */
  static Record construct(Class<? extends Record> type, @Nullable Object[] values) {
    try {
      Class<?>[] types =
          Arrays.stream(type.getRecordComponents())
              .map(RecordComponent::getType)
              .toArray(Class<?>[]::new);
      Constructor<? extends Record> constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(values);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IllegalArgumentException refusal) {
        throw refusal;
      }
      throw new IllegalStateException(
          type.getSimpleName() + " fails on construction", e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(type.getSimpleName() + " cannot be constructed", e);
    }
  }

  private Shape.Section section(Class<? extends Record> type, Within within) {
    if (enclosing.contains(type)) {
      throw new IllegalArgumentException(type.getSimpleName() + " contains itself");
    }
    enclosing.add(type);
    List<Shape.Setting> settings = new ArrayList<>();
    for (RecordComponent component : type.getRecordComponents()) {
      settings.add(setting(component, type.getSimpleName() + "." + component.getName(), within));
    }
    enclosing.removeLast();
    return new Shape.Section(type, List.copyOf(settings));
  }

  private Shape.Setting setting(RecordComponent component, String place, Within within) {
    Shape shape = shape(component.getGenericType(), place, within);
    Variable variable = component.getAnnotation(Variable.class);
    Default defaultValue = component.getAnnotation(Default.class);
    Description description = component.getAnnotation(Description.class);
    if (variable != null) {
      checkVariable(variable.value(), shape, place, within);
    }
    if (defaultValue != null) {
      checkDefault(defaultValue.value(), shape, place);
    }
    return new Shape.Setting(
        WORD_START.matcher(component.getName()).replaceAll("-").toLowerCase(Locale.ROOT),
        shape,
        variable == null ? null : variable.value(),
        defaultValue == null ? null : defaultValue.value(),
        description == null ? null : description.value(),
        component.getAnnotatedType().isAnnotationPresent(Nullable.class));
  }

  private Shape shape(Type type, String place, Within within) {
    if (type instanceof Class<?> plain) {
      if (plain.isRecord() && Scalar.of(plain).isEmpty()) {
        return section(plain.asSubclass(Record.class), within);
      }
      return Scalar.of(plain)
          .map(Shape.Leaf::new)
          .orElseThrow(() -> fault(place, "has a type that cannot be read, " + plain.getName()));
    }
    if (type instanceof ParameterizedType generic) {
      Type[] arguments = generic.getActualTypeArguments();
      if (generic.getRawType() == List.class) {
        return new Shape.Items(shape(arguments[0], place, Within.LIST));
      }
      if (generic.getRawType() == Map.class && arguments[0] == String.class) {
        Within inside = within == Within.RECORDS ? Within.MAP : Within.LIST;
        return new Shape.Table(shape(arguments[1], place, inside));
      }
    }
    throw fault(place, "has a type that cannot be read, " + type);
  }

  private void checkVariable(String name, Shape shape, String place, Within within) {
    boolean keyed = within == Within.MAP && name.contains(Shape.Setting.NAME);
    String plain = keyed ? name.replace(Shape.Setting.NAME, "X") : name;
    if (!VARIABLE.matcher(plain).matches() || plain.endsWith(Environment.FILE)) {
      throw fault(place, "has the variable " + name + ", which is no name for one");
    }
    if (Shape.scalarOf(shape).isEmpty()) {
      throw fault(place, "has a variable, and is " + shape.label() + " that no text can give");
    }
    if (within != Within.RECORDS && !keyed) {
      throw fault(place, "has a variable, and stands inside a map or a list");
    }
    if (!variables.add(name)) {
      throw fault(place, "has the variable " + name + ", as another setting of the file has");
    }
  }

  private static void checkDefault(String text, Shape shape, String place) {
    Scalar scalar =
        Shape.scalarOf(shape)
            .orElseThrow(() -> fault(place, "has a default, and is " + shape.label()));
    try {
      List<String> values = shape instanceof Shape.Items ? Shape.Items.split(text) : List.of(text);
      values.forEach(scalar::parse);
    } catch (IllegalArgumentException e) {
      throw fault(place, "has a default that " + e.getMessage());
    }
  }

  private static IllegalArgumentException fault(String place, String text) {
    return new IllegalArgumentException(place + " " + text);
  }
}
