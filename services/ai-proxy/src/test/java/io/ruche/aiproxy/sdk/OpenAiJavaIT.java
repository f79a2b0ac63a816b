package io.ruche.aiproxy.sdk;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.errorprone.annotations.MustBeClosed;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.http.HttpResponse;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.InternalServerException;
import com.openai.errors.OpenAIIoException;
import com.openai.errors.RateLimitException;
import com.openai.errors.SseException;
import com.openai.errors.UnauthorizedException;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.audio.speech.SpeechCreateParams;
import com.openai.models.audio.transcriptions.TranscriptionCreateParams;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionMessageFunctionToolCall;
import com.openai.models.embeddings.CreateEmbeddingResponse;
import com.openai.models.embeddings.EmbeddingCreateParams;
import com.openai.models.models.Model;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseCreateParams;
import com.openai.models.responses.ResponseStreamEvent;
import io.ruche.aiproxy.Form;
import io.ruche.aiproxy.KeyGate;
import io.ruche.aiproxy.Scene;
import io.ruche.aiproxy.simulator.Seen;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** OpenAI's own library for Java. */
final class OpenAiJavaIT {

  private static final String MODEL = "openai/gpt-oss-20b";
  private static final String TOKEN = " ruche \u00e9\u20ac\ud83d\udc1d";

  private Scene scene;
  private OpenAIClient client;

  /** What an answer is to look like; the library makes a JSON schema of it. */
  public static final class Hive {
    public String place;
    public int combs;
    public boolean occupied;
    public List<String> flowers;
  }

  /** A function that the model may call; the library makes a JSON schema of it. */
  public static final class WeighHive {
    public String hive;
    public double tolerance;
  }

  @BeforeEach
  void open() throws TimeoutException {
    scene = Scene.open(new KeyGate());
    client = client(KeyGate.GOOD).build();
  }

  @AfterEach
  void close() throws TimeoutException {
    client.close();
    scene.close();
  }

  @Test
  void readsACompletion() {
    ChatCompletion answer = client.chat().completions().create(hello(MODEL).build());

    assertEquals("Echo: Hello", answer.choices().get(0).message().content().orElseThrow());
    assertEquals(MODEL, answer.model());
    assertEquals(19, answer.usage().orElseThrow().totalTokens());
  }

  @Test
  void readsAStream() {
    String text;
    try (StreamResponse<ChatCompletionChunk> stream = stream("sim:tokens=20,odd")) {
      text =
          stream.stream()
              .flatMap(chunk -> chunk.choices().stream())
              .flatMap(choice -> choice.delta().content().stream())
              .collect(Collectors.joining());
    }

    assertEquals(TOKEN.repeat(20), text);
  }

  @Test
  void readsTheCallOfATool() {
    ChatCompletion answer =
        client.chat().completions().create(hello(MODEL).addTool(WeighHive.class).build());

    assertIsCall(answer);
  }

  @Test
  void putsTheCallOfAToolTogetherFromAStream() {
    ChatCompletionAccumulator pieces = ChatCompletionAccumulator.create();
    try (StreamResponse<ChatCompletionChunk> stream =
        client
            .chat()
            .completions()
            .createStreaming(hello(MODEL).addTool(WeighHive.class).build())) {
      stream.stream().forEach(pieces::accumulate);
    }

    assertIsCall(pieces.chatCompletion());
  }

  private static void assertIsCall(ChatCompletion answer) {
    ChatCompletion.Choice choice = answer.choices().get(0);
    ChatCompletionMessageFunctionToolCall call =
        choice.message().toolCalls().orElseThrow().get(0).asFunction();
    WeighHive arguments = call.function().arguments(WeighHive.class);

    assertEquals(ChatCompletion.Choice.FinishReason.TOOL_CALLS, choice.finishReason());
    assertEquals("hive", arguments.hive);
    assertEquals(7.5, arguments.tolerance);
  }

  @Test
  void readsStructuredOutput() {
    Hive hive =
        client
            .chat()
            .completions()
            .create(hello(MODEL).responseFormat(Hive.class).build())
            .choices()
            .get(0)
            .message()
            .content()
            .orElseThrow();

    assertEquals("place", hive.place);
    assertEquals(7, hive.combs);
    assertEquals(List.of("flowers"), hive.flowers);
  }

  @Test
  void listsTheModels() {
    List<String> models = client.models().list().data().stream().map(Model::id).toList();

    assertEquals(List.of("llama-3.3-70b-versatile", MODEL), models);
  }

  @Test
  void findsAModelWhoseIdHasASlash() {
    assertEquals(MODEL, client.models().retrieve(MODEL).id());
  }

  @Test
  void throwsUnauthorizedForAnUnknownKey() {
    UnauthorizedException refused =
        assertThrows(UnauthorizedException.class, () -> say(client("rk_unknown").build()));

    assertEquals("invalid_api_key", refused.code().orElseThrow());
  }

  @Test
  void throwsRateLimitWithTheTimeToWait() {
    RateLimitException refused =
        assertThrows(
            RateLimitException.class,
            () -> say(client(KeyGate.AT_ITS_LIMIT).maxRetries(0).build()));

    assertEquals(List.of("2"), refused.headers().values("retry-after"));
    assertEquals("rate_limit_exceeded", refused.code().orElseThrow());
  }

  @Test
  void throwsBadRequestThatNamesTheField() {
    ChatCompletionCreateParams empty =
        ChatCompletionCreateParams.builder().model(MODEL).messages(List.of()).build();

    BadRequestException refused =
        assertThrows(BadRequestException.class, () -> client.chat().completions().create(empty));

    assertEquals("messages", refused.param().orElseThrow());
    assertEquals("invalid_value", refused.code().orElseThrow());
  }

  @Test
  void triesAgainByItselfWhenTheProviderIsBusy() {
    scene.provider().next("status=429,retry-after=0", "status=503");

    say(client(KeyGate.GOOD).maxRetries(2).build());

    assertEquals(3, scene.provider().requests());
  }

  @Test
  void doesNotTryAgainWhatCannotBecomeBetter() throws Exception {
    try (Scene unconfigured = Scene.withoutKey()) {
      OpenAIClient hopeful =
          OpenAIOkHttpClient.builder()
              .baseUrl(unconfigured.uri("/v1").toString())
              .apiKey("any")
              .maxRetries(100)
              .build();

      InternalServerException refused =
          assertThrows(InternalServerException.class, () -> say(hopeful));

      assertEquals("provider_not_configured", refused.code().orElseThrow());
    }
  }

  @Test
  void stopsTheProviderWhenItsTimeIsUp() {
    OpenAIClient hasty = client(KeyGate.GOOD).timeout(Duration.ofMillis(300)).maxRetries(0).build();

    assertThrows(
        OpenAIIoException.class,
        () -> hasty.chat().completions().create(hello("sim:delay=60000").build()));

    awaitCancelled();
  }

  @Test
  void stopsTheProviderWhenAStreamIsClosed() {
    try (StreamResponse<ChatCompletionChunk> stream = stream("sim:tokens=100000,gap=20")) {
      Iterator<ChatCompletionChunk> chunks = stream.stream().iterator();
      chunks.next();
      chunks.next();
    }

    awaitCancelled();
  }

  @Test
  void throwsWhenAStreamBreaksOff() {
    try (StreamResponse<ChatCompletionChunk> stream = stream("sim:tokens=10,cut=4")) {
      SseException broken = assertThrows(SseException.class, () -> stream.stream().toList());

      assertEquals("upstream_cut", broken.code().orElseThrow());
    }
  }

  @Test
  void readsEmbeddings() {
    CreateEmbeddingResponse answer =
        client
            .embeddings()
            .create(
                EmbeddingCreateParams.builder()
                    .model("embedder")
                    .inputOfArrayOfStrings(List.of("bees", "hives"))
                    .build());

    assertEquals(2, answer.data().size());
    assertEquals(List.of(0.25f, -0.5f, 1f), answer.data().get(1).embedding());
    assertEquals(8, answer.usage().promptTokens());
  }

  @Test
  void readsAResponse() {
    Response answer = client.responses().create(question(MODEL));

    assertEquals(
        "Echo: Hello", answer.output().get(0).asMessage().content().get(0).asOutputText().text());
    assertEquals(19, answer.usage().orElseThrow().totalTokens());
  }

  @Test
  void readsAStreamedResponse() {
    StringBuilder text = new StringBuilder();
    List<Response> completed = new ArrayList<>();
    try (StreamResponse<ResponseStreamEvent> events =
        client.responses().createStreaming(question("sim:tokens=20"))) {
      events.stream()
          .forEach(
              event -> {
                event.outputTextDelta().ifPresent(delta -> text.append(delta.delta()));
                event.completed().ifPresent(end -> completed.add(end.response()));
              });
    }

    assertEquals(" ruche".repeat(20), text.toString());
    assertEquals(7, completed.get(0).usage().orElseThrow().outputTokens());
  }

  private static ResponseCreateParams question(String model) {
    return ResponseCreateParams.builder().model(model).input("Hello").build();
  }

  @ParameterizedTest
  @ValueSource(ints = {5_000, 5_000_000})
  void readsATranscription(int bytes) {
    String text =
        client
            .audio()
            .transcriptions()
            .create(
                TranscriptionCreateParams.builder()
                    .model("whisper-large-v3-turbo")
                    .file(Form.sound(bytes))
                    .language("en")
                    .build())
            .asTranscription()
            .text();

    assertEquals(" The bees are well.", text);
  }

  @Test
  void readsSpeech() throws Exception {
    try (HttpResponse sound =
        client
            .audio()
            .speech()
            .create(
                SpeechCreateParams.builder()
                    .model("sim:tokens=50,pad=1000")
                    .voice("troy")
                    .input("The bees are well.")
                    .build())) {
      assertArrayEquals(scene.sentByProvider().getBytes(), sound.body().readAllBytes());
    }
  }

  private void awaitCancelled() {
    Seen seen = scene.provider().last();
    await().atMost(10, SECONDS).until(seen::isCancelled);
  }

  private static void say(OpenAIClient by) {
    by.chat().completions().create(hello(MODEL).build());
  }

  @MustBeClosed
  private StreamResponse<ChatCompletionChunk> stream(String model) {
    return client.chat().completions().createStreaming(hello(model).build());
  }

  private static ChatCompletionCreateParams.Builder hello(String model) {
    return ChatCompletionCreateParams.builder().model(model).addUserMessage("Hello");
  }

  private OpenAIOkHttpClient.Builder client(String key) {
    return OpenAIOkHttpClient.builder().baseUrl(scene.uri("/v1").toString()).apiKey(key);
  }
}
