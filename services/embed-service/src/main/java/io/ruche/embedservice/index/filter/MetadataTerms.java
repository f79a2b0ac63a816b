package io.ruche.embedservice.index.filter;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Metadata as terms that are equal or not: "this field is there" and "this field has this value",
 * the type included. A store keeps them in one field, so that no name that a caller invents becomes
 * a field, a path or an operator of the store.
 */
public final class MetadataTerms {

  /** Values of one chunk, those in lists counted each. */
  public static final int MOST_VALUES = 1_000;

  private static final int LONGEST_TERM = 200;

  private MetadataTerms() {}

  /**
   * All terms of a document's metadata. Empty lists and null are as if absent; objects say only
   * that the field is there.
   *
   * @throws IllegalArgumentException when there are more than {@link #MOST_VALUES}
   */
  public static Set<String> of(Map<String, Object> metadata) {
    Set<String> terms = new LinkedHashSet<>();
    metadata.forEach(
        (field, value) -> {
          List<Object> values = values(value);
          if (!values.isEmpty()) {
            terms.add(present(field));
          }
          for (Object one : values) {
            String term = equal(field, one);
            if (term != null) {
              terms.add(term);
            }
          }
          if (terms.size() > 2 * MOST_VALUES) {
            throw new IllegalArgumentException(
                "metadata has at most %d values".formatted(MOST_VALUES));
          }
        });
    return terms;
  }

  /** The numbers of each field that has any. */
  public static Map<String, List<Double>> numbers(Map<String, Object> metadata) {
    Map<String, List<Double>> numbers = new LinkedHashMap<>();
    metadata.forEach(
        (field, value) -> {
          List<Double> found =
              values(value).stream()
                  .filter(Number.class::isInstance)
                  .map(number -> ((Number) number).doubleValue())
                  .filter(number -> !number.isNaN())
                  .map(number -> number + 0.0) // the negative zero equals zero
                  .distinct()
                  .toList();
          if (!found.isEmpty()) {
            numbers.put(field, found);
          }
        });
    return numbers;
  }

  /** That a field is there. */
  public static String present(String field) {
    return bounded("p" + field);
  }

  /** That a field has this value; null when a value is no text, number or boolean. */
  public static @Nullable String equal(String field, Object value) {
    String named = field.length() + ":" + field;
    return switch (value) {
      case String text -> bounded("t" + named + text);
      case Boolean truth -> bounded("b" + named + truth);
      case Number number -> {
        String canonical = canonical(number);
        yield canonical == null ? null : bounded("n" + named + canonical);
      }
      default -> null;
    };
  }

  /** The same text for 1, 1.0 and 1e0. */
  private static @Nullable String canonical(Number number) {
    try {
      BigDecimal decimal = new BigDecimal(number.toString());
      return decimal.signum() == 0 ? "0" : decimal.stripTrailingZeros().toString();
    } catch (NumberFormatException notFinite) {
      return null;
    }
  }

  private static List<Object> values(@Nullable Object value) {
    if (value == null) {
      return List.of();
    }
    if (value instanceof Collection<?> several) {
      return several.stream().filter(Objects::nonNull).<Object>map(one -> one).toList();
    }
    return List.of(value);
  }

  /** Long ones by their digest: a store limits how long a term may be. */
  private static String bounded(String term) {
    if (term.length() <= LONGEST_TERM) {
      return term;
    }
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(term.getBytes(StandardCharsets.UTF_16BE));
      return "h" + HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException absent) {
      throw new IllegalStateException("every Java has SHA-256", absent);
    }
  }
}
