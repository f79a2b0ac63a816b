package io.ruche.auth.limits;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a key, or a tenant with all its keys, may ask for in one request.
 *
 * <p>A record may hold values out of range, of which {@link #flaws} tells: whoever takes one in
 * asks for them.
 *
 * @param models patterns of the models that may be asked, as {@link ModelPattern} reads them; empty
 *     for all
 * @param denyModels patterns of those that may not, whatever {@code models} says
 * @param maxInputTokens of one request, as they are estimated before it; null for no maximum
 * @param maxOutputTokens of one request, all its choices together; null for no maximum
 */
public record Access(
    List<String> models,
    List<String> denyModels,
    @Nullable Long maxInputTokens,
    @Nullable Long maxOutputTokens) {

  /** Everything may be asked for. */
  public static final Access ANY = new Access(List.of(), List.of(), null, null);

  /** The most patterns in a list. */
  public static final int MOST_PATTERNS = 100;

  /** The largest maximum of tokens. */
  public static final long MOST_TOKENS = 10_000_000;

  /** Takes what there is; {@link #flaws} tells whether it is right. */
  public Access {
    models = List.copyOf(models);
    denyModels = List.copyOf(denyModels);
  }

  /** Whether nothing is restricted. */
  public boolean any() {
    return !restrictsModels() && maxInputTokens == null && maxOutputTokens == null;
  }

  /** Whether there is a list of models. */
  public boolean restrictsModels() {
    return !models.isEmpty() || !denyModels.isEmpty();
  }

  /** What is out of range, each with what would be right; empty when all is well. */
  public List<String> flaws() {
    List<String> flaws = new ArrayList<>();
    check(flaws, "models", models);
    check(flaws, "deny_models", denyModels);
    check(flaws, "max_input_tokens", maxInputTokens);
    check(flaws, "max_output_tokens", maxOutputTokens);
    return List.copyOf(flaws);
  }

  private static void check(List<String> flaws, String name, List<String> patterns) {
    if (patterns.size() > MOST_PATTERNS) {
      flaws.add(name + " has " + patterns.size() + " patterns, of " + MOST_PATTERNS + " at most");
    }
    for (String pattern : patterns) {
      String flaw = ModelPattern.flaw(pattern);
      if (flaw != null) {
        flaws.add(name + ": " + flaw);
      }
    }
  }

  private static void check(List<String> flaws, String name, @Nullable Long tokens) {
    if (tokens != null && (tokens < 1 || tokens > MOST_TOKENS)) {
      flaws.add(name + " " + tokens + " must be between 1 and " + MOST_TOKENS);
    }
  }

  /**
   * What is restricted, by the names that the database and JSON have for it: lists of strings and
   * whole numbers.
   */
  public Map<String, Object> byName() {
    Map<String, Object> named = new LinkedHashMap<>();
    if (!models.isEmpty()) {
      named.put("models", models);
    }
    if (!denyModels.isEmpty()) {
      named.put("deny_models", denyModels);
    }
    if (maxInputTokens != null) {
      named.put("max_input_tokens", maxInputTokens);
    }
    if (maxOutputTokens != null) {
      named.put("max_output_tokens", maxOutputTokens);
    }
    return named;
  }
}
