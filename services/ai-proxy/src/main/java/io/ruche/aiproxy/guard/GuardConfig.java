package io.ruche.aiproxy.guard;

import io.ruche.aiproxy.guard.find.Kind;
import io.ruche.auth.limits.Access;
import io.ruche.auth.limits.ModelPattern;
import io.ruche.config.Description;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is held of every request, of a tenant's, of a key's, and of those for some models. All that
 * applies holds together: a model must be allowed everywhere, the smallest maximum counts, what one
 * section redacts is redacted, and one {@code restore: false} is enough.
 */
public record GuardConfig(
    @Description("Models and aliases that may be asked for, as patterns such as `openai/*`.")
        List<String> models,
    @Description("Models and aliases that may not, whatever `models` says.")
        List<String> denyModels,
    @Description("Tokens that one request may have, about.") @Nullable Long maxInputTokens,
    @Description("Tokens that one answer may have.") @Nullable Long maxOutputTokens,
    @Description("What is replaced by placeholders: `email`, `phone`, `iban`, `card`.")
        List<Kind> redact,
    @Description("Whether answers get back what was replaced; without it placeholders stay.")
        @Nullable Boolean restore,
    @Description("The same for tenants, by their names.") Map<String, Tenant> tenants,
    @Description("Redaction by patterns of models and aliases, such as `groq/*`.")
        Map<String, Redacting> routes) {

  /** Nothing is held. */
  public static final GuardConfig NONE =
      new GuardConfig(List.of(), List.of(), null, null, List.of(), null, Map.of(), Map.of());

  /** Tells everything that is out of range. */
  public GuardConfig {
    models = List.copyOf(models);
    denyModels = List.copyOf(denyModels);
    redact = List.copyOf(redact);
    tenants = Map.copyOf(tenants);
    routes = Map.copyOf(routes);
    List<String> flaws =
        new ArrayList<>(new Access(models, denyModels, maxInputTokens, maxOutputTokens).flaws());
    for (String pattern : routes.keySet()) {
      String flaw = ModelPattern.flaw(pattern);
      if (flaw != null) {
        flaws.add("routes: " + flaw);
      }
    }
    require(flaws);
  }

  private static void require(List<String> flaws) {
    if (!flaws.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", flaws).replace('_', '-'));
    }
  }

  Access access() {
    return new Access(models, denyModels, maxInputTokens, maxOutputTokens);
  }

  Redacting redacting() {
    return new Redacting(redact, restore);
  }

  /** What is held of a tenant's requests. */
  public record Tenant(
      @Description("Models and aliases that it may ask for.") List<String> models,
      @Description("Models and aliases that it may not ask for.") List<String> denyModels,
      @Description("Tokens that one request may have, about.") @Nullable Long maxInputTokens,
      @Description("Tokens that one answer may have.") @Nullable Long maxOutputTokens,
      @Description("What is replaced by placeholders.") List<Kind> redact,
      @Description("Whether answers get back what was replaced.") @Nullable Boolean restore,
      @Description("Redaction for keys, by their names.") Map<String, Redacting> keys) {

    /** Tells everything that is out of range. */
    public Tenant {
      models = List.copyOf(models);
      denyModels = List.copyOf(denyModels);
      redact = List.copyOf(redact);
      keys = Map.copyOf(keys);
      require(new Access(models, denyModels, maxInputTokens, maxOutputTokens).flaws());
    }

    Access access() {
      return new Access(models, denyModels, maxInputTokens, maxOutputTokens);
    }

    Redacting redacting() {
      return new Redacting(redact, restore);
    }
  }

  /** What is redacted. */
  public record Redacting(
      @Description("What is replaced by placeholders.") List<Kind> redact,
      @Description("Whether answers get back what was replaced.") @Nullable Boolean restore) {

    static final Redacting NOTHING = new Redacting(List.of(), null);

    /** Takes what there is. */
    public Redacting {
      redact = List.copyOf(redact);
    }

    /** Both together: the kinds of either, and restored unless one of them says not to. */
    Redacting and(Redacting other) {
      if (this.equals(NOTHING)) {
        return other;
      }
      List<Kind> both = new ArrayList<>(redact);
      both.addAll(other.redact);
      return new Redacting(both.stream().distinct().toList(), both(restore, other.restore));
    }

    private static @Nullable Boolean both(@Nullable Boolean one, @Nullable Boolean other) {
      if (one == null || other == null) {
        return one == null ? other : one;
      }
      return one && other;
    }
  }
}
