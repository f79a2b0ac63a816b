package io.ruche.embedservice.engine.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.embedservice.engine.Embedding;
import io.ruche.embedservice.engine.Purpose;
import io.ruche.embedservice.vector.Vector;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class OnnxModelTest {

  private static OnnxModel model;

  @BeforeAll
  static void open() throws IOException {
    model = OnnxModel.open(OnnxConfig.bundled());
  }

  @AfterAll
  static void close() {
    model.close();
  }

  private static Vector vector(String text) {
    return model.embed(text, Purpose.PASSAGE).vector();
  }

  @Test
  void theBundledModelIsBgeSmall() {
    assertEquals("bge-small-en-v1.5", model.model().name());
    assertEquals(384, model.model().dimensions());
    assertEquals(512, model.model().mostTokens());
  }

  @Test
  void textsOfOneMeaningAreNearerThanOthers() {
    Vector hive = vector("The beekeeper collects honey from the hive.");
    float near = hive.cosine(vector("Honey is gathered by a person who keeps bees."));
    float far = hive.cosine(vector("The central bank raised interest rates again."));
    assertTrue(near > 0.75, "near: " + near);
    assertTrue(far < 0.6, "far: " + far);
  }

  @Test
  void aQuestionIsNearestToThePassageThatAnswersIt() {
    Vector question = vector("How long does a worker bee live in summer?");
    List<String> passages =
        List.of(
            "Wax is made by glands on the underside of young bees.",
            "During the warm months a worker lives for about six weeks.",
            "The invoice must be paid within thirty days of delivery.");
    int best =
        IntStream.range(0, passages.size())
            .boxed()
            .max(
                (a, b) ->
                    Float.compare(
                        question.cosine(vector(passages.get(a))),
                        question.cosine(vector(passages.get(b)))))
            .orElseThrow();
    assertEquals(1, best);
  }

  @Test
  void theSameTextHasTheSameVectorWhateverElseRuns() {
    String text = "A swarm settles on a branch before it finds a new home.";
    Vector alone = vector(text);
    List<Vector> beside =
        IntStream.range(0, 32)
            .parallel()
            .mapToObj(i -> i % 2 == 0 ? text : "something else ".repeat(i))
            .map(OnnxModelTest::vector)
            .toList();
    for (int i = 0; i < beside.size(); i += 2) {
      assertEquals(alone, beside.get(i));
    }
  }

  @Test
  void aTextThatFitsIsWhole() {
    Embedding embedding = model.embed("Bees make honey.", Purpose.PASSAGE);
    assertEquals(6, embedding.tokens());
    assertEquals(0, embedding.dropped());
  }

  @Test
  void aTextOfExactlyTheLengthIsWholeAndOneTokenMoreIsCut() {
    Embedding exact = model.embed("bee ".repeat(510), Purpose.PASSAGE);
    Embedding longer = model.embed("bee ".repeat(510) + "honey", Purpose.PASSAGE);
    assertEquals(512, exact.tokens());
    assertEquals(0, exact.dropped());
    assertEquals(512, longer.tokens());
    assertEquals(1, longer.dropped());
    assertTrue(longer.truncated());
    assertEquals(exact.vector(), longer.vector());
  }

  @Test
  void whatIsCutOfAVeryLongTextIsCountedWhole() {
    Embedding embedding = model.embed("bee ".repeat(20_000), Purpose.PASSAGE);
    assertEquals(20_000 - 510, embedding.dropped());
  }

  @Test
  void anEmptyTextHasAVectorToo() {
    assertEquals(2, model.embed("", Purpose.PASSAGE).tokens());
  }

  @Test
  void tokensHaveTheVectorOfTheirText() {
    String text = "Smoke calms the colony.";
    long[] ids = model.tokenizer().ids(text);
    assertEquals(vector(text), model.embed(ids).vector());
    assertEquals(vector(text), model.embed(model.tokenizer().single().around(ids, 512)).vector());
  }

  @Test
  void aPrefixGoesBeforeQueriesOnlyAndMakesAnotherIdentity() throws IOException {
    OnnxConfig plain = OnnxConfig.bundled();
    OnnxConfig prefixed =
        new OnnxConfig(
            null,
            null,
            "mine",
            Pooling.MEAN,
            "query: ",
            null,
            128,
            false,
            plain.idsInput(),
            plain.maskInput(),
            plain.typesInput(),
            plain.output());
    try (OnnxModel other = OnnxModel.open(prefixed)) {
      assertEquals("mine", other.model().name());
      assertNotEquals(model.model().identity(), other.model().identity());
      assertNotEquals(
          other.embed("honey", Purpose.QUERY).vector(),
          other.embed("honey", Purpose.PASSAGE).vector());
      assertEquals(
          other.embed("query: honey", Purpose.PASSAGE).vector(),
          other.embed("honey", Purpose.QUERY).vector());
      assertEquals(128, other.embed("bee ".repeat(200), Purpose.PASSAGE).tokens());
    }
  }

  @Test
  void aWrongOutputIsNamedWithThoseThereAre() {
    OnnxConfig plain = OnnxConfig.bundled();
    OnnxConfig wrong =
        new OnnxConfig(
            null,
            null,
            null,
            Pooling.CLS,
            null,
            null,
            512,
            false,
            plain.idsInput(),
            plain.maskInput(),
            plain.typesInput(),
            "pooled");
    String message =
        assertThrows(IOException.class, () -> OnnxModel.open(wrong).close()).getMessage();
    assertTrue(message.contains("'pooled'") && message.contains("last_hidden_state"), message);
  }

  @Test
  void aModelWithoutItsTokenizerIsRefused() {
    OnnxConfig plain = OnnxConfig.bundled();
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new OnnxConfig(
                Path.of("m.onnx"),
                null,
                null,
                Pooling.CLS,
                null,
                null,
                512,
                false,
                plain.idsInput(),
                plain.maskInput(),
                plain.typesInput(),
                plain.output()));
  }
}
