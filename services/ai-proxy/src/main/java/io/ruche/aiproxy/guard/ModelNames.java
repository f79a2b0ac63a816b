package io.ruche.aiproxy.guard;

import io.ruche.aiproxy.routing.Catalog;
import io.ruche.aiproxy.routing.Route;
import io.ruche.aiproxy.routing.Target;
import io.ruche.auth.limits.Access;
import io.ruche.auth.limits.ModelPattern;
import java.util.List;
import java.util.function.Predicate;

/**
 * The names of what one request may reach: the model or alias as the client wrote it, and each
 * target behind it as {@code provider/model}, or under the model's own name at the default
 * provider.
 */
final class ModelNames {

  private final String asked;
  private final List<Target> targets;
  private final String defaultProvider;

  ModelNames(String asked, Catalog catalog) {
    Route route = catalog.route(asked);
    this.asked = asked;
    this.targets = route.tiers().stream().flatMap(List::stream).toList();
    this.defaultProvider = catalog.defaultProvider().name();
  }

  /**
   * Whether an access has the model: its lists name what was asked, or name every target that may
   * answer; and nothing that may answer is denied.
   */
  boolean allowedBy(Access access) {
    if (!access.restrictsModels()) {
      return true;
    }
    boolean allowed =
        access.models().isEmpty()
            || isOneOf(access.models(), asked)
            || targets.stream().allMatch(target -> names(access.models(), target));
    return allowed && !touches(access.denyModels());
  }

  /** Whether one of the patterns names what was asked or anything that may answer. */
  boolean touches(List<String> patterns) {
    return !patterns.isEmpty()
        && (isOneOf(patterns, asked)
            || targets.stream()
                .anyMatch(
                    target ->
                        isOneOf(patterns, target.model()) || isOneOf(patterns, spelled(target))));
  }

  /** A model's own name is only the default provider's: another's may be another model. */
  private boolean names(List<String> patterns, Target target) {
    return isOneOf(patterns, spelled(target))
        || (target.provider().name().equals(defaultProvider) && isOneOf(patterns, target.model()));
  }

  private static String spelled(Target target) {
    return target.provider().name() + "/" + target.model();
  }

  private static boolean isOneOf(List<String> patterns, String name) {
    Predicate<String> has = pattern -> ModelPattern.matches(pattern, name);
    return patterns.stream().anyMatch(has);
  }

  /** Which field of a request caps its answer: what all targets are known to understand. */
  String outputField() {
    return targets.stream().allMatch(ModelNames::isNewer) ? "max_completion_tokens" : "max_tokens";
  }

  /** Groq and OpenAI have deprecated {@code max_tokens}; Ollama and most others know no other. */
  private static boolean isNewer(Target target) {
    return target.provider().name().equals("groq")
        || "api.openai.com".equals(target.provider().baseUrl().getHost());
  }
}
