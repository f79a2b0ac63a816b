package io.ruche.standalone.cli;

import io.ruche.auth.limits.Access;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a key may ask for, as the command line takes and shows it. */
final class AccessOptions {

  private static final String NONE = "none";

  @Option(
      names = "--models",
      paramLabel = "PATTERN,...",
      description = "Models and aliases it may ask for, such as 'openai/*,fast'; all without it.")
  private @Nullable String models;

  @Option(
      names = "--deny-models",
      paramLabel = "PATTERN,...",
      description = "Models it may not ask for, whatever --models says.")
  private @Nullable String denyModels;

  @Option(
      names = "--max-input-tokens",
      paramLabel = "N",
      description = "Tokens that one request may have.")
  private @Nullable String maxInputTokens;

  @Option(
      names = "--max-output-tokens",
      paramLabel = "N",
      description = "Tokens that one answer may have.")
  private @Nullable String maxOutputTokens;

  /** Whether one of the options was given. */
  boolean some() {
    return Stream.of(models, denyModels, maxInputTokens, maxOutputTokens)
        .anyMatch(Objects::nonNull);
  }

  /**
   * The present access with what was named in its place.
   *
   * @throws CliFailure tells everything that is wrong at once
   */
  Access over(Access present) {
    List<String> wrong = new ArrayList<>();
    Access changed =
        new Access(
            patterns(models, present.models()),
            patterns(denyModels, present.denyModels()),
            tokens(wrong, "--max-input-tokens", maxInputTokens, present.maxInputTokens()),
            tokens(wrong, "--max-output-tokens", maxOutputTokens, present.maxOutputTokens()));
    wrong.addAll(changed.flaws());
    if (!wrong.isEmpty()) {
      throw CliFailure.usage(String.join(System.lineSeparator(), wrong));
    }
    return changed;
  }

  private static List<String> patterns(@Nullable String text, List<String> present) {
    if (text == null || text.equals(NONE)) {
      return text == null ? present : List.of();
    }
    return Arrays.stream(text.split(",", -1)).map(String::strip).distinct().toList();
  }

  private static @Nullable Long tokens(
      List<String> wrong, String option, @Nullable String text, @Nullable Long present) {
    if (text == null || text.equals(NONE)) {
      return text == null ? present : null;
    }
    if (!text.matches("\\d{1,18}")) {
      wrong.add(option + " must be a whole number such as 4000, or none, not '" + text + "'");
      return present;
    }
    return Long.valueOf(text);
  }

  /** In one cell: {@code openai/* fast, not *-preview, 8000 in, 1000 out}; {@code -} for all. */
  static String shown(Access access) {
    List<String> shown = new ArrayList<>();
    if (!access.models().isEmpty()) {
      shown.add(String.join(" ", access.models()));
    }
    if (!access.denyModels().isEmpty()) {
      shown.add("not " + String.join(" ", access.denyModels()));
    }
    if (access.maxInputTokens() != null) {
      shown.add(access.maxInputTokens() + " in");
    }
    if (access.maxOutputTokens() != null) {
      shown.add(access.maxOutputTokens() + " out");
    }
    return shown.isEmpty() ? "-" : String.join(", ", shown);
  }

  /** All of it by the names that the API has; empty lists and null are no restriction. */
  static JsonObject toJson(Access access) {
    return new JsonObject()
        .put("models", new JsonArray(access.models()))
        .put("deny_models", new JsonArray(access.denyModels()))
        .put("max_input_tokens", access.maxInputTokens())
        .put("max_output_tokens", access.maxOutputTokens());
  }
}
