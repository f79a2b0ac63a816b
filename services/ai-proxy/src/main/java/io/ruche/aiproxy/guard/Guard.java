package io.ruche.aiproxy.guard;

import io.micrometer.core.instrument.MeterRegistry;
import io.ruche.aiproxy.guard.GuardConfig.Redacting;
import io.ruche.aiproxy.guard.find.Finder;
import io.ruche.aiproxy.guard.redact.Placeholders;
import io.ruche.aiproxy.guard.redact.Redaction;
import io.ruche.aiproxy.guard.redact.Redactor;
import io.ruche.aiproxy.operation.AnswerType;
import io.ruche.aiproxy.operation.JsonRequest;
import io.ruche.aiproxy.operation.ModelRequest;
import io.ruche.aiproxy.routing.Catalog;
import io.ruche.auth.ApiKey;
import io.ruche.http.Failure;
import io.vertx.core.buffer.Buffer;
import java.util.EnumSet;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Checks requests before anything is reserved for them, and takes personal data out of them. */
public final class Guard {

  /** The code of a refusal of a model. */
  public static final String MODEL_NOT_ALLOWED = "model_not_allowed";

  /** The code, as OpenAI has it, of a refusal of too much input. */
  public static final String TOO_MUCH_INPUT = "context_length_exceeded";

  /** The code of a refusal of too much output. */
  public static final String TOO_MUCH_OUTPUT = OutputMaximum.CODE;

  private final GuardMetrics metrics;

  /** A guard that counts what it does. */
  public Guard(MeterRegistry registry) {
    this.metrics = new GuardMetrics(registry);
  }

  /**
   * The request as it may go on; null where it may go on as it is.
   *
   * <p>Sound passes as it is: what is said in it cannot be redacted.
   *
   * @throws Failure 403 for a model that may not be asked, 400 for too many tokens; each says what
   *     may be
   */
  public @Nullable Guarded check(
      GuardRules rules, Catalog catalog, ApiKey key, ModelRequest request) {
    if (rules.passes(key)) {
      return null;
    }
    ModelNames names = new ModelNames(request.model(), catalog);
    List<Held> held = rules.held(key);
    Redacting redacting = rules.redacting(key, names);
    if (held.isEmpty() && redacting.redact().isEmpty()) {
      return null;
    }
    try {
      requireModel(held, names, request.model());
      requireInput(held, request.most(0).input());
      return request instanceof JsonRequest json ? guarded(names, held, redacting, json) : null;
    } catch (Failure refusal) {
      metrics.refused(refusal.code());
      throw refusal;
    }
  }

  private Guarded guarded(
      ModelNames names, List<Held> held, Redacting redacting, JsonRequest request) {
    Buffer capped = capped(held, names, request);
    Redaction redaction =
        redacting.redact().isEmpty()
            ? null
            : Redactor.redact(
                capped.getBytes(), finder(redacting), Boolean.TRUE.equals(redacting.restore()));
    if (redaction != null) {
      metrics.redacted(redaction);
    }
    Buffer sent = redaction == null ? capped : redaction.body();
    JsonRequest read =
        sent.equals(request.body()) ? request : JsonRequest.read(request.operation(), sent);
    boolean answersText = request.operation().answer() == AnswerType.JSON;
    Placeholders placeholders = redaction == null || !answersText ? null : redaction.placeholders();
    return new Guarded(read, redaction == null ? 0 : redaction.count(), placeholders);
  }

  private static Finder finder(Redacting redacting) {
    return new Finder(EnumSet.copyOf(redacting.redact()));
  }

  private static Buffer capped(List<Held> held, ModelNames names, JsonRequest request) {
    List<String> fields =
        switch (request.operation()) {
          case CHAT -> names.outputFields();
          case RESPONSES -> List.of("max_output_tokens");
          case EMBEDDINGS, SPEECH, TRANSCRIPTION, TRANSLATION -> List.of();
        };
    Buffer body = request.body();
    if (fields.isEmpty()) {
      return body;
    }
    Held least = null;
    long most = Long.MAX_VALUE;
    for (Held one : held) {
      Long maximum = one.maxOutput();
      if (maximum != null && maximum < most) {
        least = one;
        most = maximum;
      }
    }
    return least == null
        ? body
        : OutputMaximum.in(body, request.places().open(), least, most, fields);
  }

  private static void requireInput(List<Held> held, long tokens) {
    for (Held one : held) {
      Long most = one.maxInput();
      if (most != null && tokens > most) {
        String detail =
            "The request has about "
                + tokens
                + " tokens (one for three bytes of its body, 1000 for a picture or sound), and "
                + one.spelled()
                + " may send "
                + most
                + " in one request: send less.";
        throw Failure.of(400, TOO_MUCH_INPUT, "The request has too many tokens", detail)
            .withFlaws(List.of(new Failure.Flaw("/messages", detail)));
      }
    }
  }

  private static void requireModel(List<Held> held, ModelNames names, String model) {
    for (Held one : held) {
      if (!names.allowedBy(one.access())) {
        throw refused(one, model);
      }
    }
  }

  private static Failure refused(Held held, String model) {
    String detail =
        "The model '"
            + model
            + "' is not allowed: "
            + held.spelled()
            + " may ask for "
            + held.models()
            + ".";
    return Failure.of(403, MODEL_NOT_ALLOWED, "The model is not allowed", detail)
        .withFlaws(List.of(new Failure.Flaw("/model", detail)));
  }

  /**
   * Fails like {@link #check} for a model that may not be asked, whatever the request is otherwise.
   *
   * @throws Failure 403
   */
  public void requireModel(GuardRules rules, Catalog catalog, ApiKey key, String model) {
    if (!rules.passes(key)) {
      requireModel(rules.held(key), new ModelNames(model, catalog), model);
    }
  }

  /** Tells which models a key may ask for; null for all. */
  public @Nullable Predicate<String> models(GuardRules rules, Catalog catalog, ApiKey key) {
    List<Held> restricting =
        rules.passes(key)
            ? List.of()
            : rules.held(key).stream().filter(one -> one.access().restrictsModels()).toList();
    return restricting.isEmpty()
        ? null
        : model -> {
          ModelNames names = new ModelNames(model, catalog);
          return restricting.stream().allMatch(one -> names.allowedBy(one.access()));
        };
  }
}
