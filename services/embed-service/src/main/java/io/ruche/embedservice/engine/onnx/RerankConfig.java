package io.ruche.embedservice.engine.onnx;

import io.ruche.config.Default;
import io.ruche.config.Description;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A model that judges passages by a query, a cross-encoder that runs in this process. */
public record RerankConfig(
    @Description("The model, an ONNX file. Without it `/v1/rerank` is answered 501.")
        @Nullable Path model,
    @Description("The model's `tokenizer.json`; needed with `model`.") @Nullable Path tokenizer,
    @Description("What clients call the model; without it the name of the file.")
        @Nullable String name,
    @Description("Most tokens of query and passage together, the model's own marks included.")
        @Default("512")
        int maxTokens,
    @Description("The graph's input for token ids, int64.") @Default("input_ids") String idsInput,
    @Description("Its input for the attention mask, if it has one.") @Default("attention_mask")
        String maskInput,
    @Description("Its input for token types, if it has one.") @Default("token_type_ids")
        String typesInput,
    @Description(
            "Its output, `float[batch, 1]`, or `float[batch, 2]` of which the second says how"
                + " relevant.")
        @Default("logits")
        String output) {

  private static final int LEAST_TOKENS = 16;
  private static final int MOST_TOKENS = 32_768;

  /** Rejects a model without its tokenizer, and lengths that no model has. */
  public RerankConfig {
    if ((model == null) != (tokenizer == null)) {
      throw new IllegalArgumentException("model and tokenizer belong together: set both, or none");
    }
    if (maxTokens < LEAST_TOKENS || maxTokens > MOST_TOKENS) {
      throw new IllegalArgumentException(
          "max-tokens must be %d to %d, not %d".formatted(LEAST_TOKENS, MOST_TOKENS, maxTokens));
    }
  }

  /** None. */
  public static RerankConfig none() {
    return new RerankConfig(
        null, null, null, 512, "input_ids", "attention_mask", "token_type_ids", "logits");
  }

  String shownName() {
    return name != null
        ? name
        : model == null ? "" : OnnxConfig.withoutEnding(String.valueOf(model.getFileName()));
  }

  GraphNames names() {
    return new GraphNames(idsInput, maskInput, typesInput, output);
  }
}
