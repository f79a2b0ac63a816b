package io.ruche.aiproxy.sdk;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.AuthenticationException;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.RateLimitException;
import dev.langchain4j.exception.TimeoutException;
import dev.langchain4j.model.catalog.ModelDescription;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ResponseFormat;
import dev.langchain4j.model.chat.request.ResponseFormatType;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.request.json.JsonSchema;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiModelCatalog;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import dev.langchain4j.model.output.FinishReason;
import io.ruche.aiproxy.KeyGate;
import io.ruche.aiproxy.Scene;
import io.ruche.aiproxy.simulator.Seen;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** LangChain4j with its module for OpenAI. */
final class LangChain4jIT {

  private static final String MODEL = "openai/gpt-oss-20b";
  private static final String TOKEN = " ruche \u00e9\u20ac\ud83d\udc1d";
  private static final JsonObjectSchema HIVE =
      JsonObjectSchema.builder().addStringProperty("place").addIntegerProperty("combs").build();
  private static final ToolSpecification WEIGH =
      ToolSpecification.builder().name("weigh_hive").parameters(HIVE).build();

  private Scene scene;

  @BeforeEach
  void open() throws java.util.concurrent.TimeoutException {
    scene = Scene.open(new KeyGate());
  }

  @AfterEach
  void close() throws java.util.concurrent.TimeoutException {
    scene.close();
  }

  @Test
  void readsACompletion() {
    ChatResponse answer = model(MODEL).build().chat(UserMessage.from("Hello"));

    assertEquals("Echo: Hello", answer.aiMessage().text());
    assertEquals(MODEL, answer.metadata().modelName());
    assertEquals(19, answer.metadata().tokenUsage().totalTokenCount());
  }

  @Test
  void readsAStream() throws Exception {
    StreamedChat chat = StreamedChat.of(streaming("sim:tokens=20,odd"), hello().build());

    assertEquals(TOKEN.repeat(20), chat.whole().aiMessage().text());
    assertEquals(TOKEN.repeat(20), chat.text());
  }

  @Test
  void readsTheCallOfATool() {
    assertIsCall(model(MODEL).build().chat(hello().toolSpecifications(WEIGH).build()));
  }

  @Test
  void putsTheCallOfAToolTogetherFromAStream() throws Exception {
    ChatRequest request = hello().toolSpecifications(WEIGH).build();

    assertIsCall(StreamedChat.of(streaming(MODEL), request).whole());
  }

  private static void assertIsCall(ChatResponse answer) {
    ToolExecutionRequest call = answer.aiMessage().toolExecutionRequests().get(0);

    assertEquals(FinishReason.TOOL_EXECUTION, answer.metadata().finishReason());
    assertEquals("weigh_hive", call.name());
    assertEquals(7, new JsonObject(call.arguments()).getInteger("combs"));
  }

  @Test
  void readsStructuredOutput() {
    ResponseFormat format =
        ResponseFormat.builder()
            .type(ResponseFormatType.JSON)
            .jsonSchema(JsonSchema.builder().name("hive").rootElement(HIVE).build())
            .build();

    ChatResponse answer = model(MODEL).build().chat(hello().responseFormat(format).build());

    assertEquals(
        new JsonObject().put("place", "place").put("combs", 7),
        new JsonObject(answer.aiMessage().text()));
  }

  @Test
  void listsTheModels() {
    OpenAiModelCatalog catalog =
        OpenAiModelCatalog.builder().baseUrl(baseUrl()).apiKey(KeyGate.GOOD).build();

    List<String> models = catalog.listModels().stream().map(ModelDescription::name).toList();

    assertEquals(List.of("llama-3.3-70b-versatile", MODEL), models);
  }

  @Test
  void throwsAuthenticationForAnUnknownKey() {
    OpenAiChatModel stranger = model(MODEL).apiKey("rk_unknown").build();

    AuthenticationException refused =
        assertThrows(AuthenticationException.class, () -> stranger.chat("Hello"));

    assertTrue(refused.getMessage().contains("invalid_api_key"), refused.getMessage());
  }

  @Test
  void throwsRateLimitForAKeyAtItsLimit() {
    OpenAiChatModel limited = model(MODEL).apiKey(KeyGate.AT_ITS_LIMIT).maxRetries(0).build();

    RateLimitException refused =
        assertThrows(RateLimitException.class, () -> limited.chat("Hello"));

    assertTrue(refused.getMessage().contains("rate_limit_exceeded"), refused.getMessage());
  }

  @Test
  void throwsInvalidRequestThatSaysWhatIsWrong() {
    OpenAiChatModel nameless = model("m".repeat(300)).build();

    InvalidRequestException refused =
        assertThrows(InvalidRequestException.class, () -> nameless.chat("Hello"));

    assertTrue(refused.getMessage().contains("model must be 1 to 256"), refused.getMessage());
  }

  @Test
  void stopsTheProviderWhenItsTimeIsUp() {
    OpenAiChatModel hasty =
        model("sim:delay=60000").timeout(Duration.ofMillis(300)).maxRetries(0).build();

    assertThrows(TimeoutException.class, () -> hasty.chat("Hello"));

    awaitCancelled();
  }

  @Test
  void stopsTheProviderWhenAStreamIsCancelled() {
    StreamedChat.cancelledAtOnce(streaming("sim:tokens=100000,gap=20"), hello().build());

    awaitCancelled();
  }

  @Test
  void tellsThatAStreamBrokeOff() {
    StreamedChat chat = StreamedChat.of(streaming("sim:tokens=10,cut=4"), hello().build());

    ExecutionException broken = assertThrows(ExecutionException.class, chat::whole);
    assertInstanceOf(RuntimeException.class, broken.getCause());
  }

  private void awaitCancelled() {
    await().atMost(10, SECONDS).until(() -> scene.provider().requests() == 1);
    Seen seen = scene.provider().last();
    await().atMost(10, SECONDS).until(seen::isCancelled);
  }

  private static ChatRequest.Builder hello() {
    return ChatRequest.builder().messages(UserMessage.from("Hello"));
  }

  private String baseUrl() {
    return scene.uri("/v1").toString();
  }

  private OpenAiChatModel.OpenAiChatModelBuilder model(String model) {
    return OpenAiChatModel.builder().baseUrl(baseUrl()).apiKey(KeyGate.GOOD).modelName(model);
  }

  private OpenAiStreamingChatModel streaming(String model) {
    return OpenAiStreamingChatModel.builder()
        .baseUrl(baseUrl())
        .apiKey(KeyGate.GOOD)
        .modelName(model)
        .build();
  }
}
