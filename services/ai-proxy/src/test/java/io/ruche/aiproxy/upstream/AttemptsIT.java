package io.ruche.aiproxy.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.aiproxy.RoutedScene;
import io.ruche.aiproxy.operation.JsonRequest;
import io.ruche.aiproxy.operation.Operation;
import io.ruche.aiproxy.routing.Priority;
import io.ruche.aiproxy.routing.Target;
import io.ruche.http.Failure;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AttemptsIT {

  private static final String YAML =
      """
      providers: {alpha: ${alpha}, beta: ${beta}, gamma: ${gamma}}
      models:
        m:
          targets:
            - [{provider: alpha, model: a}]
            - [{provider: beta, model: b}]
            - [{provider: gamma, model: c}]
      attempts: {most: 4, within: 10s}
      """;

  @TempDir Path folder;

  /** What a reader and a listener hear, as words in order. */
  private static final class Notes implements Reader, AttemptListener {

    private final List<String> words = new CopyOnWriteArrayList<>();
    private final CompletableFuture<List<String>> all = new CompletableFuture<>();

    @Override
    public void ended(Attempt attempt) {
      Target target = attempt.target();
      assertTrue(attempt.took().toNanos() > 0);
      words.add(
          "%d %s/%s %d %s"
              .formatted(
                  attempt.number(),
                  target.provider().name(),
                  target.model(),
                  attempt.status(),
                  attempt.fault()));
    }

    @Override
    public void from(Target target) {
      words.add("from " + target.provider().name());
    }

    @Override
    public void head(int status, MultiMap headers) {
      words.add("head " + status);
    }

    @Override
    public void piece(Buffer bytes) {}

    @Override
    public void end() {
      words.add("end");
      all.complete(words);
    }

    @Override
    public void failed(Failure failure) {
      words.add("failed " + failure.code());
      all.complete(words);
    }
  }

  @Test
  void tellsOfEveryAttemptAndWhoAnswers() throws Exception {
    try (RoutedScene scene = RoutedScene.open(folder, YAML)) {
      scene.provider("alpha").next("status=500", "cut=0");
      scene.provider("beta").next("status=498,retry-after=60");

      assertEquals(
          List.of(
              "1 alpha/a 500 null",
              "2 alpha/a 0 CUT",
              "3 beta/b 498 null",
              "4 gamma/c 200 null",
              "from gamma",
              "head 200",
              "end"),
          notes(scene));
    }
  }

  @Test
  void stopsAfterTheMostAttempts() throws Exception {
    try (RoutedScene scene = RoutedScene.open(folder, YAML)) {
      scene.provider("alpha").next("status=500", "status=500");
      scene.provider("beta").next("status=502", "status=503");

      assertEquals(
          List.of(
              "1 alpha/a 500 null",
              "2 alpha/a 500 null",
              "3 beta/b 502 null",
              "4 beta/b 503 null",
              "from beta",
              "head 503",
              "end"),
          notes(scene));
      assertEquals(0, scene.provider("gamma").requests());
    }
  }

  @Test
  void endsInTimeWhateverTheTargetsDo() throws Exception {
    try (RoutedScene scene =
        RoutedScene.open(folder, YAML.replace("within: 10s", "within: 600ms"))) {
      scene.provider("alpha").next("stall=0");
      long start = System.nanoTime();

      assertEquals(List.of("1 alpha/a 0 TIMEOUT", "failed upstream_timeout"), notes(scene));

      long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
      assertTrue(millis >= 500 && millis < 5_000, millis + " ms");
    }
  }

  @Test
  void givesTheLastFailureOnWhenNobodyAnswers() throws Exception {
    try (RoutedScene scene = RoutedScene.open(folder, YAML)) {
      scene.provider("alpha").next("status=500", "status=500");
      scene.provider("beta").next("cut=0", "cut=0");

      List<String> notes = notes(scene);

      assertEquals("4 beta/b 0 CUT", notes.get(3));
      assertEquals("failed upstream_cut", notes.get(4));
    }
  }

  private static List<String> notes(RoutedScene scene) throws Exception {
    Notes notes = new Notes();
    Buffer body = Buffer.buffer(RoutedScene.body("m"));
    Dispatcher dispatcher = scene.proxy().service().newDispatcher();
    Vertx vertx = scene.vertx();
    vertx
        .getOrCreateContext()
        .runOnContext(
            v ->
                dispatcher.send(
                    JsonRequest.read(Operation.CHAT, body),
                    scene.proxy().service().settings().catalog(),
                    Priority.INTERACTIVE,
                    notes,
                    notes));
    return notes.all.get(20, TimeUnit.SECONDS);
  }
}
