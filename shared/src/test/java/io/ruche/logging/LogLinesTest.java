package io.ruche.logging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

class LogLinesTest {

  private final Logger logger = (Logger) LoggerFactory.getLogger("io.ruche.some.Part");
  private final ListAppender<ILoggingEvent> events = new ListAppender<>();

  @BeforeEach
  void listen() {
    events.start();
    logger.addAppender(events);
    logger.setAdditive(false);
  }

  @AfterEach
  void stopListening() {
    logger.detachAppender(events);
    logger.setAdditive(true);
    MDC.clear();
  }

  private String line(String format) {
    LogLines lines = new LogLines();
    lines.setContext((LoggerContext) LoggerFactory.getILoggerFactory());
    lines.setFormat(format);
    lines.start();
    return new String(lines.encode(events.list.getLast()), StandardCharsets.UTF_8);
  }

  @Test
  void writesAnObjectALineWithWhatIsKnown() {
    MDC.put("tenant", "koff");
    MDC.put("trace_id", "4bf92f3577b34da6a3ce929d0e0e4736");
    logger
        .atError()
        .setCause(new IllegalStateException("in\ntwo lines"))
        .addKeyValue("request_id", "r-1")
        .addKeyValue("status", 500)
        .addKeyValue("message", "forged")
        .addKeyValue("missing", (Object) null)
        .log("it \"failed\"\nhere: {}", 1);
    String written = line("json");
    assertEquals(written.length() - 1, written.indexOf('\n'));
    JsonObject json = new JsonObject(written);
    assertFalse(Instant.parse(json.getString("timestamp")).isAfter(Instant.now()));
    assertTrue(json.getString("error").startsWith("java.lang.IllegalStateException: in\ntwo"));
    json.remove("timestamp");
    json.remove("error");
    assertEquals(
        new JsonObject()
            .put("level", "ERROR")
            .put("logger", "io.ruche.some.Part")
            .put("message", "it \"failed\"\nhere: 1")
            .put("request_id", "r-1")
            .put("status", 500)
            .put("tenant", "koff")
            .put("trace_id", "4bf92f3577b34da6a3ce929d0e0e4736"),
        json);
  }

  @Test
  void writesNoMemberForWhatIsNotKnown() {
    logger.info("plain");
    assertEquals(
        Set.of("timestamp", "level", "logger", "message"),
        new JsonObject(line("JSON")).fieldNames());
  }

  @Test
  void writesTextForPeople() {
    logger.warn("plain");
    assertTrue(line("text").matches("[\\d:.]{12} WARN  .*Part plain\\R"), line("text"));
    logger.atInfo().addKeyValue("status", 200).addKeyValue("path", "/a").log("request");
    assertTrue(line("text").endsWith(" request status=200 path=/a\n"), line("text"));
    assertEquals(line("text").substring(12), line("yaml").substring(12));
  }

  @Test
  void refusesAnotherWord() {
    assertEquals(LogFormat.TEXT, LogFormat.of(null));
    assertEquals(LogFormat.JSON, LogFormat.of(" Json "));
    IllegalArgumentException wrong =
        assertThrows(IllegalArgumentException.class, () -> LogFormat.of("yaml"));
    assertEquals("RUCHE_LOG must be text or json, not 'yaml'", wrong.getMessage());
  }

  @Test
  void showsTheAccessLogThoughOnlyWarningsAreShown() throws Exception {
    LoggerContext context = new LoggerContext();
    JoranConfigurator configurator = new JoranConfigurator();
    configurator.setContext(context);
    configurator.doConfigure(getClass().getResource("/logback.xml"));
    assertTrue(context.getLogger("io.ruche.http.access").isInfoEnabled());
    assertFalse(context.getLogger("io.ruche.http").isInfoEnabled());
    assertTrue(
        context.getLogger("ROOT").iteratorForAppenders().hasNext(), "process.xml is included");
    context.stop();
  }
}
