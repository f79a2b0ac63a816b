package io.ruche.bus.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.bus.CommandSpec;
import io.ruche.bus.Event;
import io.ruche.bus.JobState;
import io.ruche.bus.Outcome;
import io.ruche.bus.envelope.Envelope;
import io.ruche.bus.envelope.Payload;
import io.ruche.bus.redis.stream.Delivery;
import io.ruche.bus.redis.stream.Fields;
import io.ruche.bus.redis.stream.StreamKeys;
import io.ruche.bus.redis.work.Announcements;
import io.ruche.testing.AsyncApiFile;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What {@code asyncapi/bus.yaml} says of Redis and of what the end of a command tells. */
class AsyncApiStreamsTest {

  private static final StreamKeys KEYS = new StreamKeys("koff", "echo");
  private static final CommandSpec SAY =
      CommandSpec.named("say").completed("said").failed("say-failed");

  private final AsyncApiFile file;

  AsyncApiStreamsTest() throws IOException {
    file = AsyncApiFile.load("/asyncapi/bus.yaml");
  }

  @Test
  void hasTheFieldsThatAreWritten() {
    List<Object> written = new ArrayList<>();
    Fields.write(Samples.full(), written);
    Set<String> names = new TreeSet<>();
    for (int i = 1; i < written.size(); i += 2) {
      names.add(written.get(i).toString());
    }
    assertEquals(names, new TreeSet<>(file.at("#/x-redis-fields").fieldNames()));
    for (String channel : List.of("command", "event", "reply", "deadLetter")) {
      assertEquals("#/x-redis-fields", stream(channel).getString("fields"));
    }
  }

  @Test
  void hasTheKeysOfTheStreams() {
    assertEquals(KEYS.commands("say"), key("command", "key"));
    assertEquals(KEYS.partition("say", 7), key("command", "ordered"));
    assertEquals(KEYS.parked("say"), key("command", "parked"));
    assertEquals(KEYS.events(), key("event", "key"));
    assertEquals(KEYS.events(), key("reply", "key"));
    assertEquals(KEYS.deadLetters(), key("deadLetter", "key"));
    assertEquals(CommandSpec.PARTITIONS, stream("command").getInteger("partitions"));
  }

  private String key(String channel, String which) {
    return stream(channel)
        .getString(which)
        .replace("<tenant>", "koff")
        .replace("<service>", "echo")
        .replace("<command>", "say")
        .replace("<partition>", "7");
  }

  private JsonObject stream(String channel) {
    return file.at("#/channels/" + channel + "/x-redis-stream");
  }

  @Test
  void hasWhatADoneCommandTells() {
    Envelope command = Samples.full();
    List<Envelope> told =
        Announcements.done(
            "echo",
            SAY,
            command,
            (Outcome.Done)
                Outcome.done(Payload.json("{\"a\":1}"), Event.of("other", Payload.json("{}"))));
    assertEquals(
        List.of("other", "said", "say-result"), told.stream().map(Envelope::type).toList());
    assertEquals("ruche/koff/evt/echo/said", told.get(1).topic());
    assertEquals(command.replyTo(), told.get(2).topic());
    assertEquals(type("result"), told.get(2).type());
    assertCarriesItsCommand(command, told.get(1));
    assertCarriesItsCommand(command, told.get(2));
  }

  @Test
  void hasWhatAFailedCommandTells() {
    assertTells(JobState.FAILED, "say-failed", "failed");
  }

  @Test
  void hasWhatAnExpiredCommandTells() {
    assertTells(
        JobState.EXPIRED,
        file.at("#/components/messages/commandExpired").getString("x-event"),
        "commandExpired");
  }

  private void assertTells(JobState state, String event, String message) {
    Envelope command = Samples.full();
    Payload error =
        Announcements.error(
            state,
            "because",
            new JsonObject().put("document", "handbook"),
            new Delivery("{koff}:cmd:echo:say", "1-0", 3, command));
    List<Envelope> told = Announcements.failed("echo", SAY, command, state, error);
    assertEquals(List.of(event, type("error")), told.stream().map(Envelope::type).toList());
    for (Envelope one : told) {
      assertCarriesItsCommand(command, one);
      // The forwarder puts the member in front; AsyncApiIT sees it.
      JsonObject body = one.payload().data().toJsonObject();
      body.put("ruche", about(one));
      assertEquals(
          List.of(),
          file.mismatches(file.at("#/components/messages/" + message + "/payload"), body));
    }
  }

  private static JsonObject about(Envelope event) {
    return new JsonObject()
        .put("id", event.id())
        .put("type", event.type())
        .put("time", event.time());
  }

  private String type(String message) {
    return file.at("#/components/messages/" + message)
        .getString("x-type")
        .replace("{command}", "say");
  }

  private static void assertCarriesItsCommand(Envelope command, Envelope told) {
    assertEquals(command.id(), told.subject());
    assertEquals(command.client(), told.client());
    assertEquals(command.correlationId(), told.correlationId());
    assertEquals(command.traceparent(), told.traceparent());
    assertEquals("ruche/echo", told.source());
    assertTrue(told.id().length() == 26);
  }
}
