package io.ruche.aiproxy.telemetry;

import io.ruche.metrics.Tracing;
import io.ruche.metrics.TracingConfig;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A collector of spans, which reads just enough of OTLP's protobuf. */
public final class SpanCollector {

  /**
   * A span that has ended.
   *
   * @param kind OTLP's number: 2 a server's, 3 a client's
   * @param attributes as text
   */
  public record Ended(
      String trace,
      String id,
      String parent,
      String name,
      long kind,
      Map<String, String> attributes) {}

  /** Gets one field of a message: bytes, or null and a number. */
  private interface Fields {
    void field(int number, Buffer bytes, long value);
  }

  private final List<Ended> spans = new CopyOnWriteArrayList<>();
  private final List<Buffer> exports = new CopyOnWriteArrayList<>();
  private final int port;

  /** Listens on a free port. */
  public SpanCollector(Vertx vertx) throws TimeoutException {
    port =
        vertx
            .createHttpServer()
            .requestHandler(
                request ->
                    request
                        .body()
                        .onSuccess(
                            body -> {
                              exports.add(body);
                              read(body);
                              request
                                  .response()
                                  .putHeader("Content-Type", "application/x-protobuf")
                                  .end();
                            }))
            .listen(0, "127.0.0.1")
            .await(10, TimeUnit.SECONDS)
            .actualPort();
  }

  /** Tracing of everything, to here. */
  public Tracing tracing() {
    return Tracing.of(new TracingConfig(URI.create("http://127.0.0.1:" + port), 1.0), "ai-proxy");
  }

  /** Those that came so far and have the name. */
  public List<Ended> named(String name) {
    return spans.stream().filter(span -> span.name().equals(name)).toList();
  }

  /** Whether a text is anywhere in what came. */
  public boolean has(String text) {
    return exports.stream()
        .anyMatch(body -> new String(body.getBytes(), StandardCharsets.ISO_8859_1).contains(text));
  }

  private void read(Buffer export) {
    each(
        export,
        (resource, resourceSpans, a) ->
            each(
                resourceSpans,
                (number, scopeSpans, b) -> {
                  if (number == 2) {
                    each(
                        scopeSpans,
                        (inner, span, c) -> {
                          if (inner == 2) {
                            spans.add(span(span));
                          }
                        });
                  }
                }));
  }

  private static Ended span(Buffer span) {
    String[] texts = {"", "", "", ""};
    long[] kind = {0};
    Map<String, String> attributes = new TreeMap<>();
    each(
        span,
        (number, bytes, value) -> {
          switch (number) {
            case 1 -> texts[0] = hex(bytes);
            case 2 -> texts[1] = hex(bytes);
            case 4 -> texts[2] = hex(bytes);
            case 5 -> texts[3] = bytes.toString();
            case 6 -> kind[0] = value;
            case 9 -> attribute(bytes, attributes);
            default -> {}
          }
        });
    return new Ended(texts[0], texts[1], texts[2], texts[3], kind[0], attributes);
  }

  private static void attribute(Buffer pair, Map<String, String> to) {
    String[] key = {""};
    each(
        pair,
        (number, bytes, value) -> {
          if (number == 1) {
            key[0] = bytes.toString();
          } else {
            each(
                bytes,
                (kind, text, whole) ->
                    to.put(key[0], kind == 1 ? text.toString() : Long.toString(whole)));
          }
        });
  }

  private static String hex(Buffer bytes) {
    return HexFormat.of().formatHex(bytes.getBytes());
  }

  private static void each(Buffer message, Fields fields) {
    int[] at = {0};
    while (at[0] < message.length()) {
      long tag = number(message, at);
      int field = (int) (tag >>> 3);
      switch ((int) tag & 7) {
        case 0 -> fields.field(field, Buffer.buffer(), number(message, at));
        case 1 -> at[0] += 8;
        case 2 -> {
          int length = (int) number(message, at);
          fields.field(field, message.getBuffer(at[0], at[0] + length), 0);
          at[0] += length;
        }
        default -> at[0] += 4;
      }
    }
  }

  private static long number(Buffer message, int[] at) {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte next = message.getByte(at[0]++);
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
  }
}
