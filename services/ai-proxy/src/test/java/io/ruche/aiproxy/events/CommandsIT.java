package io.ruche.aiproxy.events;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.aiproxy.ServedAiProxy;
import io.ruche.bus.redis.DeadLetters;
import io.ruche.bus.redis.DeadLetters.Letter;
import io.ruche.bus.redis.stream.StreamKeys;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Commands over HTTP to the whole of ai-proxy, in a process of its own. */
@TestInstance(Lifecycle.PER_CLASS)
final class CommandsIT {

  private static final Duration BOUND = Duration.ofSeconds(60);

  /** The longest pause after failures, and some time to come back. */
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(2);

  @TempDir private static Path folder;
  private ServedAiProxy proxy;

  @BeforeAll
  void open() throws Exception {
    proxy = new ServedAiProxy(folder, "circuits: {longest-wait: 2s}\n");
  }

  @AfterAll
  void close() throws Exception {
    proxy.close();
  }

  private JsonObject ended(String key, String id) {
    return await()
        .atMost(BOUND)
        .until(
            () -> new JsonObject(proxy.send(proxy.request(key, "/v1/commands/" + id).GET()).body()),
            job -> Set.of("done", "failed", "expired").contains(job.getString("state")));
  }

  private List<Letter> dead(String client) throws Exception {
    return new DeadLetters(proxy.redis(), new StreamKeys("koff", "ai-proxy"))
        .list(1_000).await(10, TimeUnit.SECONDS).stream()
            .filter(letter -> letter.envelope().client().equals(client))
            .toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          chat | {"prompt": | Content-Type | application/json | 422 | bad_envelope
          chat | {"prompt":"Hi","ruche":7} | Content-Type | application/json | 422 | bad_envelope
          chat | {"prompt":"Hi","ruche":{"when":"now"}} | Content-Type | application/json | 422 | bad_envelope
          chat | {"prompt":"Hi"} | Idempotency-Key | a/b | 422 | bad_id
          chat | {"prompt":"Hi"} | ce-replyto | ruche/other/reply/x/1 | 403 | foreign_reply_topic
          chat | prompt=Hi | Content-Type | application/x-www-form-urlencoded | 415 | unsupported_media_type
          transcribe | ------ | Content-Type | multipart/form-data; boundary=x | 415 | unsupported_media_type
          sing | {"prompt":"Hi"} | Content-Type | application/json | 404 | unknown_command
          """)
  void saysWhatIsWrongInOpenAisShapeAndTakesNothing(
      String command, String body, String header, String value, int status, String code)
      throws Exception {
    String key = proxy.key("bad-" + Integer.toHexString((command + body + value).hashCode()));

    HttpResponse<String> answer = proxy.post(key, "/v1/commands/" + command, body, header, value);

    assertEquals(status, answer.statusCode(), answer.body());
    JsonObject error = new JsonObject(answer.body()).getJsonObject("error");
    assertEquals(code, error.getString("code"), answer.body());
    assertFalse(error.getString("message").isBlank());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          chat | {} | neither prompt nor messages
          chat | {"prompt":"Hi","messages":[{}]} | both messages and prompt
          chat | {"prompt":5} | prompt must be a string
          chat | {"prompt":"Hi","temperatur":1} | has no temperatur
          chat | {"messages":"Hi","model":"m"} | messages is a string
          chat | {"messages":[{}]} | model
          chat | {"messages":[{}],"model":"m","stream":true} | stream is true
          chat | [1] | object
          chat | Hi | JSON
          transcribe | {"s3":"other/a.ogg"} | koff/
          transcribe | {"audio":"*","format":"ogg"} | base64
          transcribe | {} | audio
          """)
  void takesAPayloadThatIsNoneAndEndsItWithItsReasonAndItsBytes(
      String command, String payload, String reason) throws Exception {
    String name = "odd-" + Integer.toHexString((command + payload).hashCode());
    String key = proxy.key(name);
    long before = proxy.provider().requests();

    HttpResponse<String> answer =
        proxy.post(key, "/v1/commands/" + command, payload, "Idempotency-Key", "odd");

    assertEquals(202, answer.statusCode(), answer.body());
    JsonObject job = ended(key, "odd");
    assertEquals("failed", job.getString("state"), job.encode());
    assertTrue(job.getString("reason").contains(reason), job.encode());
    assertEquals(
        job.getString("reason"),
        job.getJsonObject("result").getJsonObject("error").getString("message"));
    List<Letter> dead = dead(name);
    assertEquals(1, dead.size());
    assertEquals(payload, dead.getFirst().envelope().payload().data().toString());
    assertEquals(before, proxy.provider().requests());
  }

  @Test
  void aKeyThatWasRevokedSpendsNothingMore() throws Exception {
    String key = proxy.key("lost");
    proxy.provider().always("status=429,retry-after=1");
    for (int i = 0; i < 5; i++) {
      assertEquals(
          202,
          proxy
              .post(
                  key, "/v1/commands/chat", "{\"prompt\":\"Hi\"}", "Idempotency-Key", "queued-" + i)
              .statusCode());
    }
    await().atMost(BOUND).until(() -> proxy.provider().requests() > 0);
    assertTrue(proxy.keys().revoke("koff", "lost").await(10, TimeUnit.SECONDS).isPresent());

    // Each comes back at the time that it was given; until then the provider goes on refusing, so
    // that
    // one that was on its way when the key was revoked ends as the others.
    await().atMost(LONGEST_WAIT).until(() -> dead("lost").size() == 5);
    for (Letter letter : dead("lost")) {
      assertTrue(letter.reason().contains("'lost' was revoked"), letter.reason());
    }
    proxy.provider().always(null);
    // What others queue is done.
    String other = proxy.key("found");
    proxy.post(other, "/v1/commands/chat", "{\"prompt\":\"Hi\"}", "Idempotency-Key", "theirs");
    assertEquals("done", ended(other, "theirs").getString("state"));
  }
}
