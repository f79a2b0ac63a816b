package io.ruche.aiproxy.cache.entry;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A chat.completions body in the one form that all its spellings have: names in order, numbers and
 * strings written in one way, no space. Every field counts but {@code stream}, of which the key
 * knows by itself, and those that the route ignores.
 */
public final class CanonicalRequest {

  /** Longer bodies are not looked up: they are rarely sent twice, and take time to read. */
  public static final int LONGEST = 1 << 20;

  private static final int MAX_DEPTH = 500;

  /** Digits before an integer is written in another way than it came. */
  private static final int PLAIN_DIGITS = 18;

  /** A number with more zeros than this is written with an exponent. */
  private static final int PLAIN_SCALE = 64;

  private static final Comparator<Field> BY_NAME = Comparator.comparing(Field::name);

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
          .build();

  /** A member of an object, and where it stands in the canonical bytes, its name included. */
  private record Field(String name, int start, int end) {}

  private final JsonParser parser;
  private final List<String> ignored;
  private byte[] out = new byte[1024];
  private int length;
  private List<Field> top = List.of();
  private boolean oneChoice = true;
  private int lastStart;
  private int lastEnd;

  private CanonicalRequest(JsonParser parser, List<String> ignored) {
    this.parser = parser;
    this.ignored = ignored;
  }

  /**
   * Reads a body that was found to be valid.
   *
   * @param ignored names of fields at its top that do not count
   * @return null for one whose answer is not kept: several choices, too long, or not to be spelled
   */
  public static @Nullable CanonicalRequest read(byte[] body, List<String> ignored) {
    if (body.length > LONGEST) {
      return null;
    }
    try (JsonParser parser = JSON.createParser(body)) {
      CanonicalRequest request = new CanonicalRequest(parser, ignored);
      parser.nextToken();
      request.body();
      return request.oneChoice ? request : null;
    } catch (IOException | IllegalArgumentException | ArithmeticException e) {
      // Half a surrogate pair, for one, which has no bytes; or an exponent that no number has.
      return null;
    }
  }

  /** Adds all that counts. */
  public void addTo(Digest digest) {
    for (Field field : top) {
      digest.bytes(out, field.start(), field.end());
    }
  }

  /** Adds all that counts but the last message, of which {@link #lastMessage} tells. */
  public void addAllBeforeLastTo(Digest digest) {
    for (Field field : top) {
      if (field.start() <= lastStart && lastEnd <= field.end()) {
        digest.bytes(out, field.start(), lastStart).bytes(out, lastEnd, field.end());
      } else {
        digest.bytes(out, field.start(), field.end());
      }
    }
  }

  /** The last of the messages, as JSON. */
  public String lastMessage() {
    return new String(out, lastStart, lastEnd - lastStart, StandardCharsets.UTF_8);
  }

  private void body() throws IOException {
    List<Field> fields = new ArrayList<>();
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      int start = length;
      JsonToken value = parser.nextToken();
      switch (name) {
        case "messages" -> messages(name);
        case "n" -> {
          name(name);
          value(value);
          oneChoice = isOne(start);
        }
        default -> {
          name(name);
          value(value);
        }
      }
      if (name.equals("stream") || ignored.contains(name)) {
        length = start;
      } else {
        fields.add(new Field(name, start, length));
      }
    }
    fields.sort(BY_NAME);
    top = fields;
  }

  private boolean isOne(int start) {
    String written = new String(out, start, length - start, StandardCharsets.UTF_8);
    return written.equals("\"n\":1") || written.equals("\"n\":null");
  }

  private void messages(String name) throws IOException {
    name(name);
    put('[');
    int first = length;
    for (JsonToken each = parser.nextToken();
        each != JsonToken.END_ARRAY;
        each = parser.nextToken()) {
      if (length > first) {
        put(',');
      }
      lastStart = length;
      value(each);
      lastEnd = length;
    }
    put(']');
  }

  private void value(JsonToken token) throws IOException {
    switch (token) {
      case START_OBJECT -> object();
      case START_ARRAY -> array();
      case VALUE_STRING -> string(parser.getText());
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> ascii(number(parser.getText()));
      case VALUE_TRUE, VALUE_FALSE, VALUE_NULL -> ascii(token.asString());
      case END_OBJECT, END_ARRAY, FIELD_NAME, VALUE_EMBEDDED_OBJECT, NOT_AVAILABLE ->
          throw new IOException("no value begins with " + token);
    }
  }

  private void array() throws IOException {
    put('[');
    int first = length;
    for (JsonToken each = parser.nextToken();
        each != JsonToken.END_ARRAY;
        each = parser.nextToken()) {
      if (length > first) {
        put(',');
      }
      value(each);
    }
    put(']');
  }

  /** A name that comes twice stays twice, in the order in which it came. */
  private void object() throws IOException {
    put('{');
    int first = length;
    List<Field> fields = new ArrayList<>();
    boolean inOrder = true;
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      int start = length;
      name(name);
      value(parser.nextToken());
      put(',');
      inOrder &= fields.isEmpty() || fields.getLast().name().compareTo(name) <= 0;
      fields.add(new Field(name, start, length));
    }
    if (!inOrder) {
      arrange(fields, first);
    }
    if (length > first) {
      length--;
    }
    put('}');
  }

  private void arrange(List<Field> fields, int first) {
    fields.sort(BY_NAME);
    byte[] arranged = new byte[length - first];
    int at = 0;
    for (Field field : fields) {
      int size = field.end() - field.start();
      System.arraycopy(out, field.start(), arranged, at, size);
      at += size;
    }
    System.arraycopy(arranged, 0, out, first, arranged.length);
  }

  private void name(String name) {
    string(name);
    put(':');
  }

  private void string(String text) {
    put('"');
    byte[] quoted = JsonStringEncoder.getInstance().quoteAsUTF8(text);
    room(quoted.length);
    System.arraycopy(quoted, 0, out, length, quoted.length);
    length += quoted.length;
    put('"');
  }

  /** One spelling for 1, 1.0, 1e0 and 10E-1. */
  static String number(String text) {
    if (text.length() <= PLAIN_DIGITS
        && text.indexOf('.') < 0
        && text.indexOf('e') < 0
        && text.indexOf('E') < 0) {
      return text.equals("-0") ? "0" : text;
    }
    BigDecimal number;
    try {
      number = new BigDecimal(text).stripTrailingZeros();
    } catch (NumberFormatException beyondAnyExponent) {
      return text;
    }
    return Math.abs((long) number.scale()) <= PLAIN_SCALE
        ? number.toPlainString()
        : number.toString();
  }

  private void ascii(@Nullable String text) {
    byte[] bytes = String.valueOf(text).getBytes(StandardCharsets.US_ASCII);
    room(bytes.length);
    System.arraycopy(bytes, 0, out, length, bytes.length);
    length += bytes.length;
  }

  private void put(char ascii) {
    room(1);
    out[length++] = (byte) ascii;
  }

  private void room(int more) {
    if (out.length - length < more) {
      out = Arrays.copyOf(out, Math.max(out.length * 2, length + more));
    }
  }
}
