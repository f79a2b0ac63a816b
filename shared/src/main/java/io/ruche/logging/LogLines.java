package io.ruche.logging;

import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.KeyValuePair;

/**
 * Writes the log as {@link LogFormat} says. A JSON line has {@code timestamp}, {@code level},
 * {@code logger} and {@code message}, what the event and its thread know ({@code trace_id}, {@code
 * request_id}, {@code tenant}, ...), and the stack trace as {@code error}.
 */
public final class LogLines extends EncoderBase<ILoggingEvent> {

  private static final String PATTERN =
      "%d{HH:mm:ss.SSS} %-5level %logger{20} %replace(%msg %kvp{NONE}){' $', ''}%n";
  private static final byte[] NOTHING = {};

  private final PatternLayout text = new PatternLayout();
  private LogFormat format = LogFormat.TEXT;

  /**
   * Sets the format, by its word; called by Logback. A word that is none means text: the process
   * refuses it when it reads its settings, which has to be logged.
   */
  public void setFormat(@Nullable String word) {
    try {
      format = LogFormat.of(word);
    } catch (IllegalArgumentException wrong) {
      addError(String.valueOf(wrong.getMessage()));
    }
  }

  @Override
  public void start() {
    text.setContext(getContext());
    text.setPattern(PATTERN);
    text.start();
    super.start();
  }

  @Override
  public byte[] headerBytes() {
    return NOTHING;
  }

  @Override
  public byte[] encode(ILoggingEvent event) {
    String line =
        switch (format) {
          case TEXT -> text.doLayout(event);
          case JSON -> json(event).encode() + "\n";
        };
    return line.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public byte[] footerBytes() {
    return NOTHING;
  }

  private static JsonObject json(ILoggingEvent event) {
    JsonObject line =
        new JsonObject()
            .put("timestamp", event.getInstant().toString())
            .put("level", event.getLevel().toString())
            .put("logger", event.getLoggerName())
            .put("message", event.getFormattedMessage());
    if (event.getKeyValuePairs() != null) {
      for (KeyValuePair pair : event.getKeyValuePairs()) {
        add(line, pair.key, pair.value);
      }
    }
    event.getMDCPropertyMap().forEach((name, value) -> add(line, name, value));
    if (event.getThrowableProxy() != null) {
      line.put("error", ThrowableProxyUtil.asString(event.getThrowableProxy()).stripTrailing());
    }
    return line;
  }

  /** What the event itself says counts first. */
  private static void add(JsonObject line, String name, @Nullable Object value) {
    if (value != null && !line.containsKey(name)) {
      boolean plain = value instanceof Number || value instanceof Boolean;
      line.put(name, plain ? value : value.toString());
    }
  }
}
