package io.ruche.aiproxy.events;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.aiproxy.Form;
import io.ruche.aiproxy.Scene;
import io.ruche.aiproxy.form.Spool;
import io.ruche.bus.Command;
import io.ruche.bus.Outcome;
import io.ruche.bus.envelope.Envelope;
import io.ruche.bus.envelope.EnvelopeReader;
import io.ruche.bus.envelope.EnvelopeReader.Incoming;
import io.ruche.bus.envelope.Topics;
import io.ruche.config.Secret;
import io.ruche.store.S3Address;
import io.ruche.store.S3Store;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TranscribeHandlerIT {

  private static final byte[] SOUND = Form.sound(2_000_000);
  private static final int MOST = 3_000_000;

  @TempDir private Path folder;
  private final Vertx vertx = Vertx.vertx();
  private Scene scene;
  private Spool spool;
  private HttpServer objects;
  private final AtomicInteger fetched = new AtomicInteger();
  private @Nullable S3Store s3;

  @BeforeEach
  void open() throws Exception {
    scene = Scene.open();
    Files.createDirectories(folder.resolve("spool"));
    Files.writeString(folder.resolve("spool/left.form"), "by a crash");
    spool = new Spool(vertx, folder.resolve("spool"));
    spool.start().await(10, SECONDS);
    objects =
        vertx
            .createHttpServer()
            .requestHandler(
                request -> {
                  fetched.incrementAndGet();
                  switch (request.path()) {
                    case "/ruche/koff/a%20b.ogg" -> request.response().end(Buffer.buffer(SOUND));
                    case "/ruche/koff/long.wav" ->
                        request.response().end(Buffer.buffer(new byte[MOST + 1]));
                    case "/ruche/koff/away.wav" -> request.response().setStatusCode(503).end();
                    default -> request.response().setStatusCode(404).end();
                  }
                })
            .listen(0)
            .await(10, SECONDS);
    s3 =
        new S3Store(
            vertx,
            new S3Address(
                URI.create("http://127.0.0.1:" + objects.actualPort()),
                new Secret("ruche"),
                new Secret("secret"),
                "us-east-1",
                "ruche"),
            Clock.systemUTC());
  }

  @AfterEach
  void close() throws Exception {
    scene.close();
    vertx.close().await(10, SECONDS);
  }

  private Outcome handle(JsonObject payload) throws Exception {
    TranscribeHandler handler =
        new TranscribeHandler(
            vertx,
            scene.proxy().service().asking(),
            spool,
            s3,
            () -> "whisper-large-v3-turbo",
            () -> MOST);
    Envelope envelope =
        EnvelopeReader.read(
            new Incoming(
                "koff",
                "n8n",
                "transcribe",
                Topics.command("koff", "n8n", "ai-proxy", "transcribe"),
                Map.of(),
                null,
                null,
                null,
                null,
                payload.toBuffer()));
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<Outcome> work = () -> handler.handle(new Command(envelope, 1));
      return threads.submit(work).get(30, SECONDS);
    }
  }

  private List<Path> spooled() throws Exception {
    try (Stream<Path> files = Files.list(folder.resolve("spool"))) {
      return files.toList();
    }
  }

  @Test
  void transcribesSoundInThePayload() throws Exception {
    Outcome outcome =
        handle(
            new JsonObject()
                .put("audio", Base64.getEncoder().encodeToString(Form.sound(5_000)))
                .put("format", "ogg")
                .put("language", "fr"));

    Outcome.Done done = assertInstanceOf(Outcome.Done.class, outcome);
    assertEquals(scene.sentByProvider(), done.result().data());
    assertEquals(3.27, new JsonObject(done.result().data()).getDouble("duration"));
    String form = scene.provider().last().body().toString(StandardCharsets.ISO_8859_1);
    assertTrue(form.contains("name=\"model\"\r\n\r\nwhisper-large-v3-turbo\r\n"), form);
    assertTrue(form.contains("name=\"language\"\r\n\r\nfr\r\n"));
    assertTrue(form.contains("filename=\"audio.ogg\""));
    assertTrue(form.contains(new String(Form.sound(5_000), StandardCharsets.ISO_8859_1)));
  }

  @Test
  void transcribesAnObjectBelowTheTenantsPrefix() throws Exception {
    Outcome outcome = handle(new JsonObject().put("s3", "koff/a b.ogg").put("task", "translate"));

    assertInstanceOf(Outcome.Done.class, outcome, outcome.toString());
    assertEquals("/openai/v1/audio/translations", scene.provider().last().uri());
    assertTrue(scene.provider().last().bodyBytes() > SOUND.length);
    assertEquals(
        scene.provider().last().header("content-length"),
        Long.toString(scene.provider().last().bodyBytes()));
    assertEquals(List.of(), spooled());
  }

  @Test
  void givesUpOnAnObjectThatIsNotThereOrTooLong() throws Exception {
    assertInstanceOf(Outcome.Dead.class, handle(new JsonObject().put("s3", "koff/none.wav")));
    Outcome.Dead tooLong =
        assertInstanceOf(Outcome.Dead.class, handle(new JsonObject().put("s3", "koff/long.wav")));

    assertTrue(tooLong.reason().contains(MOST + " bytes"), tooLong.reason());
    assertEquals(0, scene.provider().requests());
  }

  @Test
  void refusesAnotherTenantsObject() throws Exception {
    assertInstanceOf(Outcome.Dead.class, handle(new JsonObject().put("s3", "azoth/a.ogg")));
  }

  @Test
  void triesAgainWhileS3IsAwayOrNotConfigured() throws Exception {
    assertInstanceOf(Outcome.Retry.class, handle(new JsonObject().put("s3", "koff/away.wav")));
    objects.close().await(10, SECONDS);
    assertInstanceOf(Outcome.Retry.class, handle(new JsonObject().put("s3", "koff/a b.ogg")));
    s3 = null;
    Outcome.Retry without =
        assertInstanceOf(Outcome.Retry.class, handle(new JsonObject().put("s3", "koff/a b.ogg")));
    assertTrue(without.reason().contains("RUCHE_S3_URL"), without.reason());
    assertFalse(Files.exists(folder.resolve("spool/left.form")));
  }

  @Test
  void leavesAnObjectWhereItIsWhileTheProviderIsAway() throws Exception {
    JsonObject payload = new JsonObject().put("s3", "koff/a b.ogg");
    scene.provider().next("status=503");
    assertInstanceOf(Outcome.Retry.class, handle(payload));
    assertEquals(1, fetched.get());

    assertInstanceOf(Outcome.Later.class, handle(payload));
    assertInstanceOf(Outcome.Later.class, handle(payload));

    assertEquals(1, fetched.get());
  }

  @Test
  void waitsForAPlaceOnDiskWithoutLosingAnAttempt() throws Exception {
    for (int i = 0; i < 64 / 4; i++) {
      spool.open("koff").await(10, SECONDS);
    }

    assertInstanceOf(Outcome.Later.class, handle(new JsonObject().put("s3", "koff/a b.ogg")));
    assertEquals(0, fetched.get());
  }

  @Test
  void givesUpRetriesAndWaitsAsWithChat() throws Exception {
    JsonObject payload =
        new JsonObject()
            .put("audio", Base64.getEncoder().encodeToString(Form.sound(500)))
            .put("format", "wav");

    scene.provider().next("status=400");
    assertInstanceOf(Outcome.Dead.class, handle(payload));
    scene.provider().next("status=503");
    assertInstanceOf(Outcome.Retry.class, handle(payload));
    assertInstanceOf(Outcome.Later.class, handle(payload));
  }
}
