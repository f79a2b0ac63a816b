package io.ruche.bus.envelope;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.ruche.bus.envelope.Refusal.Reason;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a payload says about itself: a structured CloudEvent, or plain JSON whose one reserved
 * object {@code ruche} is cut out byte by byte so that the rest reaches the handler as it was
 * written.
 */
final class PlainJson {

  /** The names of members come from strangers, so they are not kept for the JVM's whole life. */
  private static final JsonFactory JSON =
      JsonFactory.builder().disable(JsonFactory.Feature.INTERN_FIELD_NAMES).build();

  /** The only field of the reserved object that is true or false. */
  private static final String STREAM = "stream";

  /** The fields of the reserved object. */
  static final List<String> RESERVED =
      List.of("id", "key", "replyTo", "correlationId", "expires", "traceparent", STREAM);

  /** What is read of a structured CloudEvent, beside its {@code data}. */
  static final Set<String> ATTRIBUTES =
      Set.of(
          "specversion",
          "id",
          "source",
          "subject",
          "time",
          "datacontenttype",
          "data_base64",
          "key",
          "correlationid",
          "replyto",
          "expires",
          "traceparent",
          STREAM);

  private static final PlainJson NOT_JSON = new PlainJson(false, false, Map.of(), null, 0, 0);

  /** The attributes that were found inside the payload. */
  record Reserved(Map<String, String> values) {

    @Nullable String id() {
      return values.get("id");
    }

    @Nullable String key() {
      return values.get("key");
    }

    @Nullable String replyTo() {
      return values.get("replyTo");
    }

    @Nullable String correlationId() {
      return values.get("correlationId");
    }

    @Nullable String expires() {
      return values.get("expires");
    }

    @Nullable String traceparent() {
      return values.get("traceparent");
    }

    @Nullable String stream() {
      return values.get(STREAM);
    }

    @Nullable String source() {
      return values.get("source");
    }

    @Nullable String time() {
      return values.get("time");
    }

    @Nullable String subject() {
      return values.get("subject");
    }

    @Nullable String dataContentType() {
      return values.get("datacontenttype");
    }
  }

  private final boolean json;
  private final boolean cloudEvent;
  private final Reserved reserved;
  private final byte @Nullable [] data;
  private final int cutFrom;
  private final int cutTo;

  private PlainJson(
      boolean json,
      boolean cloudEvent,
      Map<String, String> values,
      byte @Nullable [] data,
      int cutFrom,
      int cutTo) {
    this.json = json;
    this.cloudEvent = cloudEvent;
    this.reserved = new Reserved(values);
    this.data = data;
    this.cutFrom = cutFrom;
    this.cutTo = cutTo;
  }

  static PlainJson notRead() {
    return NOT_JSON;
  }

  boolean isJson() {
    return json;
  }

  boolean isCloudEvent() {
    return cloudEvent;
  }

  Reserved reserved() {
    return reserved;
  }

  /** The bytes for the handler, given the body that was read. */
  Buffer data(byte[] body) {
    if (data != null) {
      return Buffer.buffer(data);
    }
    if (cutTo == 0) {
      return Buffer.buffer(body);
    }
    return Buffer.buffer(body.length)
        .appendBytes(body, 0, cutFrom)
        .appendBytes(body, cutTo, body.length - cutTo);
  }

  /**
   * Whether a {@code specversion}, if there is one, makes a message a CloudEvent; another version
   * than 1.0 is refused rather than half understood.
   */
  static boolean isCloudEvent(@Nullable String specversion) throws Refusal {
    if (specversion != null && !specversion.equals("1.0")) {
      throw new Refusal(
          Reason.BAD_ENVELOPE, "specversion must be '1.0': this is where CloudEvents 1.0 are read");
    }
    return specversion != null;
  }

  /** What keeps the bytes from being one JSON value in UTF-8, or null when they are one. */
  static @Nullable String flaw(byte[] bytes) {
    try (JsonParser parser = JSON.createParser(bytes)) {
      JsonToken start = parser.nextToken();
      if (start == null) {
        return "only white space";
      }
      if (parser.currentTokenLocation().getByteOffset() < 0) {
        return "not in UTF-8";
      }
      parser.skipChildren();
      return parser.nextToken() == null ? null : "more than one JSON value";
    } catch (JsonProcessingException e) {
      JsonLocation where = e.getLocation();
      return "not JSON" + (where == null ? "" : " from byte " + where.getByteOffset() + " on");
    } catch (IOException e) {
      return "not in UTF-8";
    }
  }

  /** Reads a body; bytes that are not JSON are taken as they are. */
  static PlainJson read(byte[] body) throws Refusal {
    try (JsonParser parser = JSON.createParser(body)) {
      JsonToken start = parser.nextToken();
      // Offsets are unknown (negative) in UTF-16 and UTF-32, which JSON on the wire may not be
      // anyway.
      if (start == null || parser.currentTokenLocation().getByteOffset() < 0) {
        return NOT_JSON;
      }
      if (start != JsonToken.START_OBJECT) {
        parser.skipChildren();
        return parser.nextToken() == null
            ? new PlainJson(true, false, Map.of(), null, 0, 0)
            : NOT_JSON;
      }
      return new ObjectReader(body, parser).read();
    } catch (StreamConstraintsException tooMuch) {
      throw new Refusal(
          Reason.BAD_ENVELOPE,
          "the JSON of the payload nests deeper than 1000 levels, or has a number of more than"
              + " 1000 digits or a name of more than 50000 characters");
    } catch (IOException notJson) {
      return NOT_JSON;
    }
  }

  /** Walks the top level once, remembering where the members of interest begin and end. */
  private static final class ObjectReader {

    private final byte[] body;
    private final JsonParser parser;
    private final Map<String, String> attributes = new HashMap<>();
    private Map<String, String> ruche = Map.of();
    private int rucheFrom = -1;
    private int rucheTo;
    private byte @Nullable [] data;
    private @Nullable String dataText;
    private @Nullable Refusal refusal;

    ObjectReader(byte[] body, JsonParser parser) {
      this.body = body;
      this.parser = parser;
    }

    PlainJson read() throws IOException, Refusal {
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        int nameAt = (int) parser.currentTokenLocation().getByteOffset();
        JsonToken value = parser.nextToken();
        switch (name) {
          case "ruche" -> readRuche(nameAt, value);
          case "data" -> readData(value);
          default -> readAttribute(name, value);
        }
      }
      if (parser.nextToken() != null) {
        return NOT_JSON;
      }
      if (isCloudEvent(attributes.get("specversion"))) {
        return cloudEvent();
      }
      if (refusal != null) {
        throw refusal.of(ruche.get("id"));
      }
      if (rucheFrom < 0) {
        return new PlainJson(true, false, Map.of(), null, 0, 0);
      }
      return new PlainJson(true, false, ruche, null, cutFrom(), cutTo());
    }

    private PlainJson cloudEvent() throws Refusal {
      String base64 = attributes.remove("data_base64");
      if (base64 != null && data != null) {
        throw new Refusal(
            Reason.BAD_ENVELOPE, "the CloudEvent has both data and data_base64; send one of them");
      }
      if (base64 != null) {
        try {
          data = Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
          throw new Refusal(Reason.BAD_ENVELOPE, "data_base64 of the CloudEvent is not base 64");
        }
      }
      String type = attributes.get("datacontenttype");
      if (dataText != null && type != null && !Payload.isJson(type)) {
        data = dataText.getBytes(StandardCharsets.UTF_8);
      }
      move("replyto", "replyTo");
      move("correlationid", "correlationId");
      boolean jsonData = base64 == null && type == null;
      return new PlainJson(jsonData, true, attributes, data == null ? new byte[0] : data, 0, 0);
    }

    private void move(String attribute, String name) {
      String value = attributes.remove(attribute);
      if (value != null) {
        attributes.put(name, value);
      }
    }

    private void readRuche(int nameAt, JsonToken value) throws IOException {
      if (rucheFrom >= 0) {
        refuse("the object 'ruche' stands twice in the payload");
      }
      rucheFrom = nameAt;
      ruche = new HashMap<>();
      if (value != JsonToken.START_OBJECT) {
        refuse("'ruche' must be an object with some of " + RESERVED);
        parser.skipChildren();
      } else {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          readReserved(parser.currentName(), parser.nextToken());
        }
      }
      rucheTo = (int) parser.currentLocation().getByteOffset();
    }

    private void readReserved(String name, JsonToken value) throws IOException {
      if (!RESERVED.contains(name)) {
        refuse("'ruche." + name + "' is unknown; known are " + RESERVED);
      } else if (name.equals(STREAM)) {
        if (value.isBoolean()) {
          ruche.put(name, parser.getText());
        } else if (value != JsonToken.VALUE_NULL) {
          refuse("'ruche.stream' must be true or false");
        }
      } else if (value == JsonToken.VALUE_STRING) {
        ruche.put(name, parser.getText());
      } else if (value != JsonToken.VALUE_NULL) {
        refuse("'ruche." + name + "' must be a string");
      }
      parser.skipChildren();
    }

    private void readData(JsonToken value) throws IOException {
      int from = (int) parser.currentTokenLocation().getByteOffset();
      dataText = value == JsonToken.VALUE_STRING ? parser.getText() : null;
      parser.skipChildren();
      // Numbers and literals have no closing mark, so the end is where the value's text ends.
      int to =
          value.isNumeric() || value.isBoolean() || value == JsonToken.VALUE_NULL
              ? from + parser.getTextLength()
              : (int) parser.currentLocation().getByteOffset();
      data = Arrays.copyOfRange(body, from, to);
    }

    private void readAttribute(String name, JsonToken value) throws IOException {
      if (value.isScalarValue() && value != JsonToken.VALUE_NULL && ATTRIBUTES.contains(name)) {
        attributes.put(name, parser.getText());
      }
      parser.skipChildren();
    }

    private int cutFrom() {
      if (followingComma() >= 0) {
        return rucheFrom;
      }
      int at = rucheFrom - 1;
      while (at > 0 && body[at] != ',' && body[at] != '{') {
        at--;
      }
      return body[at] == ',' ? at : rucheFrom;
    }

    private int cutTo() {
      int comma = followingComma();
      return comma >= 0 ? comma + 1 : rucheTo;
    }

    private int followingComma() {
      int at = rucheTo;
      while (at < body.length && body[at] <= ' ') {
        at++;
      }
      return at < body.length && body[at] == ',' ? at : -1;
    }

    private void refuse(String detail) {
      if (refusal == null) {
        refusal = new Refusal(Reason.BAD_ENVELOPE, detail);
      }
    }
  }
}
