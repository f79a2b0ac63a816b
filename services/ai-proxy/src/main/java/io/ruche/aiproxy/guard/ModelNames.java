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
  private final boolean readMaxCompletionTokens;

  ModelNames(String asked, Catalog catalog) {
    Route route = catalog.route(asked);
    this.asked = asked;
    this.targets = route.tiers().stream().flatMap(List::stream).toList();
    this.defaultProvider = catalog.defaultProvider().name();
    this.readMaxCompletionTokens = route.readsMaxCompletionTokens();
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
        && (touches(patterns, asked)
            || targets.stream()
                .anyMatch(
                    target ->
                        spellings(target).stream()
                            .anyMatch(
                                model ->
                                    touches(patterns, model)
                                        || touches(
                                            patterns, target.provider().name() + "/" + model))));
  }

  /** Upper and lower case are one: Ollama and others find a model by either. */
  private static boolean touches(List<String> patterns, String name) {
    return patterns.stream().anyMatch(pattern -> ModelPattern.matchesInAnyCase(pattern, name));
  }

  /** All names that the provider has for the target's model, as far as that is known. */
  private static List<String> spellings(Target target) {
    String model = target.model();
    return target.provider().isOllama() ? OllamaNames.of(model) : List.of(model);
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

  /**
   * Which fields of a chat cap its answer at all targets, first the one that is written into a body
   * without any.
   */
  List<String> outputFields() {
    return readMaxCompletionTokens
        ? List.of("max_completion_tokens", "max_tokens")
        : List.of("max_tokens");
  }
}
