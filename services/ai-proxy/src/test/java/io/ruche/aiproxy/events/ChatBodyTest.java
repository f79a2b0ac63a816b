package io.ruche.aiproxy.events;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.aiproxy.operation.JsonRequest;
import io.ruche.aiproxy.operation.Operation;
import io.ruche.http.Failure;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ChatBodyTest {

  @Test
  void asksForPiecesAndChangesNoOtherByte() {
    Buffer body = Buffer.buffer("{ \"model\":\"m\", \"messages\":[{}], \"x\":1.50 }");

    Buffer streamed = ChatBody.streamed(JsonRequest.read(Operation.CHAT, body));

    assertEquals(
        "{\"stream\":true,\"stream_options\":{\"include_usage\":true}, \"model\":\"m\","
            + " \"messages\":[{}], \"x\":1.50 }",
        streamed.toString());
    assertTrue(JsonRequest.read(Operation.CHAT, streamed).stream());
  }

  @Test
  void asksForPiecesWhereTheBodySaysOtherwise() {
    Buffer body =
        Buffer.buffer(
            "{\"model\":\"m\",\"messages\":[{}],\"stream\":false,\"stream_options\":null}");

    JsonObject streamed = ChatBody.streamed(JsonRequest.read(Operation.CHAT, body)).toJsonObject();

    assertEquals(true, streamed.getValue("stream"));
    assertEquals(
        new JsonObject().put("include_usage", true), streamed.getJsonObject("stream_options"));
  }

  @Test
  void sendsAFullBodyAsItIs() {
    Buffer body = Buffer.buffer("{ \"messages\":[{}], \"x\":1, \"model\":\"m\" }");

    assertSame(body, ChatBody.of(body, "default"));
  }

  @Test
  void asksTheDefaultModelForAPromptAlone() {
    assertEquals(
        new JsonObject(json("{'model':'default','messages':[{'role':'user','content':'Hé 🐝'}]}")),
        of("{'prompt':'Hé 🐝'}"));
  }

  @Test
  void mapsEveryFieldOfTheShorthand() {
    assertEquals(
        new JsonObject(
            json(
                "{'model':'m','messages':[{'role':'system','content':'s'},"
                    + "{'role':'user','content':'p'}],'temperature':0.5,'max_tokens':9}")),
        of("{'max_tokens':9,'temperature':0.5,'system':'s','prompt':'p','model':'m'}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'prompt':'p','max_token':1,'top_p':1} | max_token, top_p",
        "{'prompt':'p','messages':[]} | both messages and prompt",
        "{'promt':'p'} | neither prompt nor messages",
        "{'prompt':7} | prompt must be a string",
        "{'prompt':' '} | prompt must be a string",
        "{'prompt':null} | prompt must be a string",
        "{'prompt':'p','model':1} | model must be a string",
        "{'prompt':'p','system':[]} | system must be a string",
        "{'prompt':'p','temperature':'hot'} | temperature must be a number",
        "{'prompt':'p','temperature':2.1} | temperature must be a number",
        "{'prompt':'p','max_tokens':0} | max_tokens must be a whole number",
        "{'prompt':'p','max_tokens':1.5} | max_tokens must be a whole number",
        "{'model':'m','messages':[{}],'stream':true} | stream is true",
        "{'messages':[{}]} | model is missing",
        "{'model':'m','messages':7} | messages is a number",
        "{'prompt': | line 1",
        "[] | an array",
        "7 | a number",
        "hello | line 1",
        "`` | empty",
      })
  void saysWhatIsWrong(String payload, String what) {
    Failure failure = assertThrows(Failure.class, () -> of(payload));

    assertTrue(failure.detail().contains(what), failure.detail());
  }

  private static JsonObject of(String payload) {
    return new JsonObject(ChatBody.of(Buffer.buffer(json(payload)), "default"));
  }

  private static String json(String text) {
    return text.replace('\'', '"');
  }
}
