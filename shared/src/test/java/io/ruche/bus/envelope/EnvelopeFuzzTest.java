package io.ruche.bus.envelope;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Random messages from a fixed seed: the cut keeps everything else, and nothing is thrown. */
class EnvelopeFuzzTest {

  private static final long SEED = 20_261_121;
  private static final int ROUNDS = 20_000;
  private static final String[] NAMES = {
    "ruche", "a", "", "id", "data", "é😀", "\"", "\\", "Ruche", "specVersion", "x\ny", "type"
  };
  private static final String[] TEXTS = {
    "", "ruche", "{\"ruche\":{}}", "},{", "é😀\u2028", "\\u0072uche", "\"", "\u0001", "a,b"
  };

  private final ObjectMapper json = new ObjectMapper();
  private final Random random = new Random(SEED);

  @Test
  void cutsTheReservedObjectAndNothingElse() throws Exception {
    for (int i = 0; i < ROUNDS; i++) {
      ObjectNode rest = object(3);
      rest.remove("ruche");
      int before = random.nextInt(rest.size() + 1);
      String body = spaced(written(rest, before));
      Envelope envelope;
      try {
        envelope = IncomingMessage.of(body).read();
      } catch (Refusal refusal) {
        fail(refusal.detail() + " in " + body);
        return;
      }
      assertEquals("f-1", envelope.id(), body);
      assertEquals(rest, json.readTree(envelope.payload().data().getBytes()), body);
    }
  }

  @Test
  void keepsTheDataOfAStructuredEvent() throws Exception {
    for (int i = 0; i < ROUNDS / 4; i++) {
      JsonNode data = value(3);
      String written = spaced(json.writeValueAsString(data));
      String body =
          random.nextBoolean()
              ? "{\"specversion\":\"1.0\",\"id\":\"f\",\"data\":" + written + "}"
              : "{\"data\":" + written + ",\"id\":\"f\",\"specversion\":\"1.0\"}";
      assertEquals(
          data, json.readTree(IncomingMessage.of(body).read().payload().data().getBytes()));
    }
  }

  @Test
  void throwsNothingButRefusalsForDamagedJson() throws JsonProcessingException {
    for (int i = 0; i < ROUNDS; i++) {
      ObjectNode object = object(2);
      byte[] body =
          written(object, random.nextInt(object.size() + 1)).getBytes(StandardCharsets.UTF_8);
      for (int hits = random.nextInt(4); hits >= 0; hits--) {
        body[random.nextInt(body.length)] = (byte) random.nextInt(256);
      }
      readOrRefuse(body);
    }
  }

  @Test
  void throwsNothingButRefusalsForRandomBytes() {
    for (int i = 0; i < ROUNDS; i++) {
      byte[] body = new byte[random.nextInt(40)];
      random.nextBytes(body);
      if (body.length > 3 && random.nextBoolean()) {
        body[random.nextInt(4)] = '{';
        body[random.nextInt(4)] = 0;
      }
      readOrRefuse(body);
    }
  }

  private void readOrRefuse(byte[] body) {
    IncomingMessage message = IncomingMessage.of(body);
    if (random.nextInt(4) == 0) {
      message.typed("application/json");
    }
    try {
      Envelope envelope = message.read();
      if (!envelope.payload().isJson()) {
        assertArrayEquals(body, envelope.payload().data().getBytes());
      } else {
        assertParses(envelope);
      }
    } catch (Refusal refused) {
      // What a message of unknown shape may come to.
    } catch (RuntimeException e) {
      fail("for the bytes " + java.util.HexFormat.of().formatHex(body), e);
    }
  }

  private void assertParses(Envelope envelope) {
    try {
      if (envelope.payload().data().length() > 0) {
        json.readTree(envelope.payload().data().getBytes());
      }
    } catch (IOException e) {
      fail("called JSON: " + envelope.payload().data(), e);
    }
  }

  /** The object's JSON with the reserved object before its member number {@code at}. */
  private String written(ObjectNode rest, int at) throws JsonProcessingException {
    StringBuilder text = new StringBuilder("{");
    int[] count = {0};
    for (var member : rest.properties()) {
      if (count[0]++ == at) {
        text.append(reserved()).append(',');
      }
      text.append(json.writeValueAsString(member.getKey()))
          .append(':')
          .append(json.writeValueAsString(member.getValue()))
          .append(',');
    }
    if (at >= count[0]) {
      text.append(reserved()).append(',');
    }
    text.setCharAt(text.length() - 1, '}');
    return text.toString();
  }

  private String reserved() {
    String name = random.nextBoolean() ? "\"ruche\"" : "\"r\\u0075che\"";
    return name
        + switch (random.nextInt(3)) {
          case 0 -> ":{\"id\":\"f-1\"}";
          case 1 -> ":{\"key\":\"}{,\",\"id\":\"f-1\"}";
          default -> ":{\"id\":\"f-1\",\"key\":\"é😀\",\"traceparent\":null}";
        };
  }

  /** Puts white space where JSON allows it. */
  private String spaced(String text) {
    StringBuilder out = new StringBuilder();
    boolean inText = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean mark = !inText && "{}[],:".indexOf(c) >= 0;
      out.append(mark ? space() : "").append(c).append(mark ? space() : "");
      if (c == '\\') {
        out.append(text.charAt(++i));
      } else if (c == '"') {
        inText = !inText;
      }
    }
    return out.toString();
  }

  private String space() {
    return switch (random.nextInt(12)) {
      case 0 -> " ";
      case 1 -> "\n";
      case 2 -> "\t \r\n";
      default -> "";
    };
  }

  private ObjectNode object(int depth) {
    ObjectNode object = json.createObjectNode();
    for (int n = random.nextInt(5); n > 0; n--) {
      object.set(NAMES[random.nextInt(NAMES.length)], value(depth));
    }
    if (depth == 3) {
      object.remove("ruche");
    }
    return object;
  }

  private JsonNode value(int depth) {
    return switch (random.nextInt(depth == 0 ? 5 : 7)) {
      case 0 -> json.getNodeFactory().textNode(TEXTS[random.nextInt(TEXTS.length)]);
      case 1 -> json.getNodeFactory().numberNode(random.nextInt());
      case 2 -> json.getNodeFactory().numberNode(random.nextInt() / 1024.0);
      case 3 -> json.getNodeFactory().booleanNode(random.nextBoolean());
      case 4 -> json.getNodeFactory().nullNode();
      case 5 -> object(depth - 1);
      default -> array(depth - 1);
    };
  }

  private ArrayNode array(int depth) {
    ArrayNode array = json.createArrayNode();
    for (int n = random.nextInt(4); n > 0; n--) {
      array.add(value(depth));
    }
    return array;
  }
}
