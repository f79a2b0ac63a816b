package io.ruche.embedservice.engine.onnx;

import io.ruche.config.Default;
import io.ruche.config.Description;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A model of embeddings that runs in this process. */
public record OnnxConfig(
    @Description(
            "The model, an ONNX file with 32-bit or 8-bit weights. Without it the one that comes"
                + " along is used, bge-small-en-v1.5 with 8-bit weights (English).")
        @Nullable Path model,
    @Description("The model's `tokenizer.json`; needed with `model`.") @Nullable Path tokenizer,
    @Description("What clients call the model; without it the name of the file.")
        @Nullable String name,
    @Description(
            "How the vectors of a text's tokens become the text's: `cls` or `mean`, as the model's"
                + " card says.")
        @Default("cls")
        Pooling pooling,
    @Description("Put before queries, as some models want it, such as `query: `.")
        @Nullable String queryPrefix,
    @Description("Put before passages, such as `passage: `.") @Nullable String passagePrefix,
    @Description("Most tokens of one text, the model's own marks included; the rest is cut.")
        @Default("512")
        int maxTokens,
    @Description(
            "Whether the first numbers of a vector are a smaller vector by themselves (Matryoshka),"
                + " so that clients may ask for fewer `dimensions`.")
        @Default("false")
        boolean matryoshka,
    @Description("The graph's input for token ids, int64.") @Default("input_ids") String idsInput,
    @Description("Its input for the attention mask, if it has one.") @Default("attention_mask")
        String maskInput,
    @Description("Its input for token types, if it has one.") @Default("token_type_ids")
        String typesInput,
    @Description(
            "Its output: of `float[batch, tokens, width]`, which is pooled, or `float[batch,"
                + " width]`.")
        @Default("last_hidden_state")
        String output) {

  private static final int LEAST_TOKENS = 16;
  private static final int MOST_TOKENS = 32_768;
  private static final String BUNDLED = "bge-small-en-v1.5";

  /** Rejects a model without its tokenizer, and lengths that no model has. */
  public OnnxConfig {
    if ((model == null) != (tokenizer == null)) {
      throw new IllegalArgumentException(
          "model and tokenizer belong together: set both, or none for the model that comes along");
    }
    if (maxTokens < LEAST_TOKENS || maxTokens > MOST_TOKENS) {
      throw new IllegalArgumentException(
          "max-tokens must be %d to %d, not %d".formatted(LEAST_TOKENS, MOST_TOKENS, maxTokens));
    }
    if (model == null && maxTokens > 512) {
      throw new IllegalArgumentException(
          "max-tokens must be at most 512 for the model that comes along, not " + maxTokens);
    }
  }

  /** The model that comes along. */
  public static OnnxConfig bundled() {
    return new OnnxConfig(
        null,
        null,
        null,
        Pooling.CLS,
        null,
        null,
        512,
        false,
        "input_ids",
        "attention_mask",
        "token_type_ids",
        "last_hidden_state");
  }

  /** What clients call the model. */
  public String shownName() {
    if (name != null) {
      return name;
    }
    return model == null ? BUNDLED : withoutEnding(String.valueOf(model.getFileName()));
  }

  static String withoutEnding(String file) {
    return file.endsWith(".onnx") ? file.substring(0, file.length() - ".onnx".length()) : file;
  }

  GraphNames names() {
    return new GraphNames(idsInput, maskInput, typesInput, output);
  }
}
