package io.ruche.embedservice.http.embeddings;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.models.embeddings.CreateEmbeddingResponse;
import com.openai.models.embeddings.Embedding;
import com.openai.models.embeddings.EmbeddingCreateParams;
import com.openai.models.models.Model;
import io.ruche.embedservice.engine.Lane;
import io.ruche.embedservice.engine.Purpose;
import io.ruche.embedservice.engine.TestModels;
import io.ruche.embedservice.engine.onnx.OnnxConfig;
import io.ruche.embedservice.engine.onnx.RerankConfig;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** OpenAI's own library for Java as a client of the embeddings. */
final class OpenAiLibraryIT {

  private static final String MODEL = "bge-small-en-v1.5";

  private static RunningEngine bundled;
  private static OpenAIClient client;

  @BeforeAll
  static void start() throws Exception {
    bundled =
        new RunningEngine(
            TestModels.local(OnnxConfig.bundled(), RerankConfig.none(), TestModels.WIDE));
    client =
        OpenAIOkHttpClient.builder()
            .baseUrl(bundled.url() + "/v1")
            .apiKey("any")
            .maxRetries(0)
            .build();
  }

  @AfterAll
  static void stop() throws Exception {
    client.close();
    bundled.close();
  }

  private static EmbeddingCreateParams.Builder asked() {
    return EmbeddingCreateParams.builder().model(MODEL);
  }

  private static float[] numbers(Embedding embedding) {
    float[] numbers = new float[embedding.embedding().size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = embedding.embedding().get(i);
    }
    return numbers;
  }

  @Test
  void readsTheVectorsOfTheEngineInTheirOrder() throws Exception {
    List<String> texts = List.of("The queen is in the hive.", "Honey is harvested in July.");
    List<io.ruche.embedservice.engine.Embedding> own =
        bundled
            .engine()
            .embedder()
            .embed(texts, Purpose.PASSAGE, Lane.INTERACTIVE)
            .await(30, TimeUnit.SECONDS);
    for (EmbeddingCreateParams.EncodingFormat format :
        List.of(
            EmbeddingCreateParams.EncodingFormat.BASE64,
            EmbeddingCreateParams.EncodingFormat.FLOAT)) {
      CreateEmbeddingResponse answer =
          client
              .embeddings()
              .create(asked().inputOfArrayOfStrings(texts).encodingFormat(format).build());

      assertEquals(MODEL, answer.model());
      assertEquals(2, answer.data().size());
      assertTrue(answer.usage().promptTokens() >= 14, answer.usage().toString());
      for (int i = 0; i < 2; i++) {
        assertEquals(i, answer.data().get(i).index());
        assertArrayEquals(
            own.get(i).vector().values(), numbers(answer.data().get(i)), 1e-6f, format.toString());
      }
    }
  }

  @Test
  void readsWhatItAsksForByItself() {
    Embedding one =
        client.embeddings().create(asked().input("The queen.").build()).data().getFirst();

    assertEquals(384, one.embedding().size());
    double length = 0;
    for (float number : numbers(one)) {
      length += number * number;
    }
    assertEquals(1, length, 1e-4);
  }

  @Test
  void takesTokens() {
    CreateEmbeddingResponse answer =
        client
            .embeddings()
            .create(
                asked()
                    .inputOfArrayOfTokenArrays(List.of(List.of(3_035L, 2_003L), List.of(3_035L)))
                    .build());

    assertEquals(2, answer.data().size());
    assertEquals(384, answer.data().getLast().embedding().size());
  }

  @Test
  void throwsWhatSaysWhichParameterIsWrong() {
    EmbeddingCreateParams shortened = asked().input("x").dimensions(17).build();

    BadRequestException refused =
        assertThrows(BadRequestException.class, () -> client.embeddings().create(shortened));

    assertEquals("dimensions", refused.param().orElseThrow());
    assertEquals("invalid_value", refused.code().orElseThrow());
  }

  @Test
  void throwsNotFoundForAnotherModel() {
    EmbeddingCreateParams other =
        EmbeddingCreateParams.builder().model("text-embedding-3-small").input("x").build();

    NotFoundException refused =
        assertThrows(NotFoundException.class, () -> client.embeddings().create(other));

    assertEquals("model_not_found", refused.code().orElseThrow());
    assertTrue(refused.getMessage().contains(MODEL), refused.getMessage());
  }

  @Test
  void listsAndFindsTheModel() {
    assertEquals(List.of(MODEL), client.models().list().data().stream().map(Model::id).toList());
    assertEquals(MODEL, client.models().retrieve(MODEL).id());
    assertThrows(NotFoundException.class, () -> client.models().retrieve("intfloat/e5-small"));
  }
}
