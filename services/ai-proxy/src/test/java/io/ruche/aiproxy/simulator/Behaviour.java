package io.ruche.aiproxy.simulator;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How the simulator answers one request. Written as {@code key=value} pairs joined by commas, and
 * asked for by a model of the name {@code sim:...}, by {@link ProviderSimulator#next} or by the
 * control API: {@code sim:status=429,retry-after=2}, {@code sim:tokens=100,gap=10,cut=7}.
 *
 * @param status of the answer; 400 and above answer with Groq's error object
 * @param code {@code error.code}, which with Groq is text
 * @param retryAfter the header, as it is sent
 * @param delayMillis until the head of the answer
 * @param gapMillis between two pieces of a stream
 * @param tokens pieces of content in a stream
 * @param padBytes text in each piece, or in the message of an answer that is not streamed
 * @param cut closes the connection after so many pieces of a stream, or so many bytes of another
 *     answer; 0 closes it without an answer; -1 never
 * @param stall falls silent at such a point
 * @param body what the body is
 * @param odd splits a stream into pieces of a few bytes, inside lines and inside UTF-8 sequences
 * @param chunked sends answers that are not streamed without a Content-Length
 * @param echo streams the echo of the prompt in pieces of so many characters, and calls a tool with
 *     it; 0 for what else is said
 * @param close closes the connection after the answer, announced
 * @param early answers a form before it has come
 */
public record Behaviour(
    int status,
    @Nullable String code,
    @Nullable String retryAfter,
    long delayMillis,
    long gapMillis,
    int tokens,
    int padBytes,
    int cut,
    int stall,
    Body body,
    boolean odd,
    boolean chunked,
    int echo,
    boolean close,
    boolean early) {

  /** What an answer carries. */
  public enum Body {
    /** What Groq would send. */
    GROQ,
    /** A web page, as proxies in front of a provider send. */
    HTML,
    /** Bytes that are neither JSON nor text, declared as JSON. */
    GARBAGE,
    /** Nothing. */
    EMPTY,
    /** Bytes that are not HTTP, in place of the whole answer. */
    NOT_HTTP
  }

  private static final String PREFIX = "sim:";
  private static final List<String> KEYS =
      List.of(
          "status",
          "code",
          "retry-after",
          "delay",
          "gap",
          "tokens",
          "pad",
          "cut",
          "stall",
          "body",
          "odd",
          "chunked",
          "echo",
          "close",
          "early");

  /** What a model's name asks for. */
  static Behaviour ofModel(String model) {
    return parse(model.startsWith(PREFIX) ? model.substring(PREFIX.length()) : "");
  }

  /** Reads the pairs; those not given keep what a healthy provider does. */
  public static Behaviour parse(String text) {
    Map<String, String> pairs = new HashMap<>();
    Arrays.stream(text.split(","))
        .filter(pair -> !pair.isEmpty())
        .map(pair -> pair.split("=", 2))
        .forEach(pair -> pairs.put(pair[0], pair.length > 1 ? pair[1] : "true"));
    if (!KEYS.containsAll(pairs.keySet())) {
      throw new IllegalArgumentException("of " + text + " only these are known: " + KEYS);
    }
    return new Behaviour(
        number(pairs, "status", 200),
        pairs.get("code"),
        pairs.get("retry-after"),
        number(pairs, "delay", 0),
        number(pairs, "gap", 0),
        number(pairs, "tokens", 5),
        number(pairs, "pad", 0),
        number(pairs, "cut", -1),
        number(pairs, "stall", -1),
        Body.valueOf(pairs.getOrDefault("body", "groq").toUpperCase(Locale.ROOT)),
        pairs.containsKey("odd"),
        pairs.containsKey("chunked"),
        number(pairs, "echo", 0),
        pairs.containsKey("close"),
        pairs.containsKey("early"));
  }

  private static int number(Map<String, String> pairs, String key, int otherwise) {
    String value = pairs.get(key);
    return value == null ? otherwise : Integer.parseInt(value);
  }
}
