package io.ruche.embedservice.answer;

import io.ruche.config.Default;
import io.ruche.config.Description;
import io.ruche.config.Secret;
import io.ruche.config.Variable;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The section {@code answer}: the model that answers, behind ai-proxy. */
public record AnswerConfig(
    @Description(
            "Address of ai-proxy or of any other OpenAI-compatible API, such as"
                + " http://127.0.0.1:8101/v1. Without it questions are answered 501.")
        @Variable("RUCHE_ANSWER_URL")
        @Nullable URI url,
    @Description("The key for it, with the scope `ai`.") @Variable("RUCHE_ANSWER_KEY")
        @Nullable Secret key,
    @Description("The model of a question that names none.") @Default("openai/gpt-oss-20b")
        String model,
    @Description("Passages that the model is shown.") @Default("8") int top,
    @Description("Tokens of an answer at most.") @Default("1024") int maxTokens,
    @Description("For the whole answer.") @Default("60s") Duration timeout) {

  public AnswerConfig {
    if (url != null
        && (url.getHost() == null
            || url.getScheme() == null
            || !url.getScheme().startsWith("http"))) {
      throw new IllegalArgumentException(
          "answer.url must be an address such as http://127.0.0.1:8101/v1");
    }
    if (top < 1 || top > 50) {
      throw new IllegalArgumentException("answer.top must be 1 to 50");
    }
    if (maxTokens < 16 || maxTokens > 32_768) {
      throw new IllegalArgumentException("answer.max-tokens must be 16 to 32768");
    }
    if (timeout.toMillis() < 100 || timeout.toMinutes() > 10) {
      throw new IllegalArgumentException("answer.timeout must be 100ms to 10m");
    }
  }
}
