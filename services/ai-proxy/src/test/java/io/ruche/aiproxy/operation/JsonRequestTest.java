package io.ruche.aiproxy.operation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.aiproxy.routing.Route;
import io.ruche.aiproxy.routing.Target;
import io.ruche.aiproxy.routing.TestProviders;
import io.ruche.http.Failure;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonRequestTest {

  @Test
  void readsModelAndStreamAmongFieldsItDoesNotKnow() {
    JsonRequest request =
        read(
            "{'x':{'model':1,'stream':2},'messages':[{'role':'user'},[],'s',1,null],'stream':true,'model':'m'}");

    assertEquals("m", request.model());
    assertTrue(request.stream());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "'stream':null,", "'stream':false,"})
  void streamsOnlyWhenAsked(String stream) {
    assertFalse(read("{" + stream + "'model':'m','messages':[{}]}").stream());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'messages':[{}]} | missing_required_parameter | model",
        "{'model':'m'} | missing_required_parameter | messages",
        "{'model':null,'messages':[{}]} | invalid_type | model",
        "{'model':7,'messages':[{}]} | invalid_type | model",
        "{'model':['m'],'messages':[{}]} | invalid_type | model",
        "{'model':'','messages':[{}]} | invalid_value | model",
        "{'model':'m','messages':'hi'} | invalid_type | messages",
        "{'model':'m','messages':{}} | invalid_type | messages",
        "{'model':'m','messages':[]} | invalid_value | messages",
        "{'model':'m','messages':[{}],'stream':'true'} | invalid_type | stream",
        "{'model':'m','messages':[{}],'stream':1} | invalid_type | stream",
        "{'model':'m','messages':[{}],'model':'n'} | duplicate_parameter | model",
        "{'model':'m','messages':[{}],'messages':[{}]} | duplicate_parameter | messages",
        "{'stream':false,'model':'m','messages':[{}],'stream':true} | duplicate_parameter | stream",
        "{'max_tokens':1,'model':'m','messages':[{}],'max_tokens':null} | duplicate_parameter |"
            + " max_tokens",
        "{'n':null,'model':'m','messages':[{}],'n':2} | duplicate_parameter | n",
        "{'model':'m','messages':[{}],'STREAM':true} | unknown_parameter | STREAM",
        "{'Prompt':'m','model':'m','messages':[{}]} | unknown_parameter | Prompt",
      })
  void namesTheFieldThatIsWrong(String body, String code, String field) {
    Failure failure = assertThrows(Failure.class, () -> read(body));

    assertEquals(400, failure.status());
    assertEquals(code, failure.code());
    assertEquals("/" + field, failure.flaws().get(0).where());
    assertTrue(failure.detail().startsWith(field), failure.detail());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[] | an array",
        "'text' | a string",
        "7 | a number",
        "null | null",
        "{'model':'m', | line 1, column",
        "{'model':'m','messages':[{}]}} | line 1, column",
        "{'model':'m','messages':[{}]} {} | more after",
        "{'model':'m','messages':[{}],'x':01} | line 1, column",
        "{'model':'m','messages':[{}],'x':NaN} | line 1, column",
        "{model:'m'} | line 1, column",
        "hello | line 1, column",
        "` ` | blank",
      })
  void saysWhereTheJsonBreaks(String body, String where) {
    Failure failure = assertThrows(Failure.class, () -> read(body));

    assertEquals("invalid_json", failure.code());
    assertTrue(failure.detail().contains(where), failure.detail());
  }

  @Test
  void refusesWhatAProviderMayReadDifferently() {
    String body = "{\"model\":\"m\",\"messages\":[{}]}";
    for (Buffer bytes :
        new Buffer[] {
          Buffer.buffer(body.getBytes(StandardCharsets.UTF_16)),
          Buffer.buffer(body.getBytes(StandardCharsets.UTF_16LE)),
          Buffer.buffer(body.getBytes(StandardCharsets.UTF_16BE)),
          Buffer.buffer(),
          Buffer.buffer(body.replace("[{}]", "[\"\u00e9\"]").getBytes(StandardCharsets.ISO_8859_1))
        }) {
      Failure failure = assertThrows(Failure.class, () -> JsonRequest.read(Operation.CHAT, bytes));
      assertEquals("invalid_json", failure.code());
    }
  }

  @Test
  void refusesNestingThatOnlyHurts() {
    String deep = "[".repeat(100_000);

    Failure failure =
        assertThrows(Failure.class, () -> read("{'model':'m','messages':[" + deep + "]}"));

    assertTrue(failure.detail().contains("depth"), failure.detail());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"model\":\"m\",\"messages\":[{}]}",
        "  \n{ \"x\" : \"é🐝\\\"model\\\"\" , \"messages\":[{\"model\":\"m\"}],\"model\"\t:\r\n  \"m\" ,\"y\":1.5e1}\n",
        "{\"messages\":[{}],\"\\u006dodel\":\"\\u006d\"}",
        "\uFEFF{\"messages\":[\"é\"],\"model\":\"a\\\"b\\\\\",\"n\":1}"
      })
  void changesTheModelAndNoOtherByte(String text) {
    Buffer body = Buffer.buffer(text);
    JsonRequest request = JsonRequest.read(Operation.CHAT, body);

    String patched = request.bodyFor("other/\"q\"-é", true).toString();

    byte[] bytes = body.getBytes();
    String before = new String(bytes, 0, request.places().modelStart(), StandardCharsets.UTF_8);
    String after =
        new String(
            bytes,
            request.places().modelEnd(),
            bytes.length - request.places().modelEnd(),
            StandardCharsets.UTF_8);
    assertEquals(before + "\"other/\\\"q\\\"-é\"" + after, patched);
    assertTrue(before.endsWith(":") || before.isBlank() || before.endsWith("  "), before);
    assertTrue(after.startsWith("}") || after.startsWith(",") || after.startsWith(" "), after);
    assertEquals("other/\"q\"-é", JsonRequest.read(Operation.CHAT, Buffer.buffer(patched)).model());
  }

  @Test
  void leavesTheBodyOfTheSameModelAlone() {
    Buffer body = Buffer.buffer("{\"model\":\"m\",\"messages\":[{}]}");

    assertSame(body, JsonRequest.read(Operation.CHAT, body).bodyFor("m", true));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'model':'m','messages':[{}],'stream':true}|{'stream_options':{'include_usage':true},'model':'m','messages':[{}],'stream':true}",
        " { 'model':'m','messages':[{}],'stream':true}| {'stream_options':{'include_usage':true},"
            + " 'model':'m','messages':[{}],'stream':true}",
        "{'model':'m','messages':[{}],'stream':true,'stream_options':{}}|{'model':'m','messages':[{}],'stream':true,'stream_options':{}}",
        "{'model':'m','messages':[{}],'stream':true,'stream_options': null"
            + " }|{'model':'m','messages':[{}],'stream':true,'stream_options':"
            + " {'include_usage':true} }",
        "{'stream_options':null,'model':'m','messages':[{}],'stream':true}|{'stream_options':{'include_usage':true},'model':'m','messages':[{}],'stream':true}",
        "{'model':'m','messages':[{}],'stream':false}|{'model':'m','messages':[{}],'stream':false}"
      },
      ignoreLeadingAndTrailingWhitespace = false,
      quoteCharacter = '~')
  void asksForTheUsageOfAStreamThatSaysNothingOfIt(String from, String to) {
    Buffer body = Buffer.buffer(from.replace('\'', '"'));

    assertEquals(
        to.replace('\'', '"'),
        JsonRequest.read(Operation.CHAT, body).bodyFor("m", true).toString());
    assertSame(body, JsonRequest.read(Operation.CHAT, body).bodyFor("m", false));
  }

  @Test
  void changesModelAndUsageTogether() {
    Buffer body = Buffer.buffer("{\"model\":\"m\",\"messages\":[{}],\"stream\":true}");

    assertEquals(
        "{\"stream_options\":{\"include_usage\":true},\"model\":\"n\",\"messages\":[{}],\"stream\":true}",
        JsonRequest.read(Operation.CHAT, body).bodyFor("n", true).toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{'model':'m','stream_options':null,'messages':[{}],'stream':true}|{'model':'n/o','stream_options':{'include_usage':true},'messages':[{}],'stream':true}",
        "{'stream_options':null,'messages':[{}],'stream':true,'model':'m'}|{'stream_options':{'include_usage':true},'messages':[{}],'stream':true,'model':'n/o'}"
      })
  void changesModelAndOptionsThatAreNullTogether(String from, String to) {
    assertEquals(to.replace('\'', '"'), read(from).bodyFor("n/o", true).toString());
  }

  @Test
  void readsWhatTheAnswerMayTake() {
    assertEquals(0, read("{'model':'m','messages':[{}]}").maxOutput());
    assertEquals(7, read("{'model':'m','messages':[{}],'max_tokens':7}").maxOutput());
    assertEquals(
        18, read("{'model':'m','messages':[{}],'max_completion_tokens':9,'n':2}").maxCompletion());
    assertEquals(0, read("{'model':'m','messages':[{}],'max_tokens':{'a':1}}").maxOutput());
    assertEquals(5, read("{'model':'m','messages':[{}]}").mostOutput(5));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        // said, reserved where nothing is known of the targets, and where they are newer
        "'max_tokens':7 | 7 | 7",
        "'max_tokens':1e6 | 1000000 | 1000000",
        "'max_tokens':6.5 | 7 | 7",
        "'max_tokens':'1000000' | 1000000 | 1000000",
        "'max_tokens':99999999999999999999999 | 10000000 | 10000000",
        "'max_tokens':1e999 | 10000000 | 10000000",
        "'max_tokens':-1 | 50 | 50",
        "'max_tokens':'all' | 50 | 50",
        "'max_tokens':null | 50 | 50",
        "'max_tokens':true | 50 | 50",
        "'max_completion_tokens':7 | 50 | 7",
        "'max_completion_tokens':70 | 70 | 70",
        "'max_completion_tokens':20,'n':'2' | 50 | 40",
        "'max_completion_tokens':7,'max_tokens':8 | 8 | 8",
        "'max_completion_tokens':9,'max_tokens':8 | 9 | 9",
        "'max_output_tokens':7 | 50 | 50"
      })
  void reservesWhatEveryTargetReads(String said, long unknown, long newer) {
    JsonRequest request = read("{'model':'m','messages':[{}]," + said + "}");

    assertEquals(unknown, request.most(50).output());
    assertEquals(unknown, request.most(50, to("other")).output());
    assertEquals(newer, request.most(50, to("groq")).output());
  }

  @ParameterizedTest
  @CsvSource({"'max_output_tokens':7,7", "'max_tokens':7,50", "'max_completion_tokens':70,50"})
  void reservesForAResponseWhatResponsesRead(String said, long reserved) {
    String body = ("{'model':'m','input':'Hi'," + said + "}").replace('\'', '"');

    assertEquals(
        reserved,
        JsonRequest.read(Operation.RESPONSES, Buffer.buffer(body)).most(50, to("groq")).output());
  }

  private static Route to(String provider) {
    return Route.to(Target.only(TestProviders.named(provider), "m"));
  }

  @Test
  void countsAPictureAsAThousandTokensHoweverLongItIs() {
    String picture = "data:image/png;base64," + "A".repeat(300_000);
    long tokens =
        read("{'model':'m','messages':[{'content':[{'type':'image_url','image_url':{'url':'"
                + picture
                + "'}}]}]}")
            .inputTokens();

    assertTrue(tokens > 1_000 && tokens < 1_100, "" + tokens);
    assertEquals(100, read("{'model':'m','messages':['" + "x".repeat(272) + "']}").inputTokens());
  }

  @Test
  void seesWhetherTheClientAsksForTheUsageItself() {
    assertTrue(
        read("{'model':'m','messages':[{}],'stream':true,'stream_options':{'include_usage':true}}")
            .streamUsage());
    assertFalse(read("{'model':'m','messages':[{}],'stream_options':7}").streamUsage());
  }

  @Test
  void leavesTheBodyAsItIs() {
    Buffer body = Buffer.buffer("{\"model\":\"m\",\"messages\":[{}]}");
    Buffer before = body.copy();

    JsonRequest.read(Operation.CHAT, body);

    assertEquals(before, body);
  }

  private static JsonRequest read(String body) {
    return JsonRequest.read(Operation.CHAT, Buffer.buffer(body.replace('\'', '"')));
  }
}
