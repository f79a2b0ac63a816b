package io.ruche.aiproxy.http;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.aiproxy.RoutedScene;
import io.ruche.aiproxy.Settings;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ReloadIT {

  private static final String YAML =
      """
      providers: {alpha: ${alpha}, beta: ${beta}}
      models:
        fast: {targets: [[{provider: alpha, model: m}]]}
      """;

  @TempDir Path folder;
  private RoutedScene scene;

  @BeforeEach
  void open() throws Exception {
    scene = RoutedScene.open(folder, YAML);
  }

  @AfterEach
  void close() throws Exception {
    scene.close();
  }

  @Test
  void sendsNewRequestsByTheNewFileAndLetsRunningOnesEnd() throws Exception {
    AtomicInteger heard = new AtomicInteger();
    settings().onChange(inForce -> heard.incrementAndGet());
    scene.provider("alpha").next("tokens=60,gap=50");
    CompletableFuture<HttpResponse<String>> running =
        scene
            .client()
            .sendAsync(
                scene.chat(RoutedScene.body("fast", true)),
                BodyHandlers.ofString(StandardCharsets.UTF_8));
    await().atMost(5, SECONDS).until(() -> scene.provider("alpha").requests() == 1);

    scene.write(
        """
        providers: {beta: ${beta}}
        models:
          fast: {targets: [[{provider: beta, model: m}]]}
        """);

    await()
        .atMost(5, SECONDS)
        .until(() -> RoutedScene.from(scene.ask(RoutedScene.body("fast"))).equals("beta"));
    assertTrue(running.get(20, SECONDS).body().endsWith("data: [DONE]\n\n"));
    assertEquals(1, heard.get());
    await().atMost(5, SECONDS).until(() -> scene.provider("alpha").connections() == 0);
  }

  @Test
  void guardsByTheNewFile() throws Exception {
    scene.write(YAML + "guard: {deny-models: [fast], redact: [email]}\n");

    await().atMost(5, SECONDS).until(() -> scene.ask(RoutedScene.body("fast")).statusCode() == 403);
    scene.write(YAML);
    await().atMost(5, SECONDS).until(() -> scene.ask(RoutedScene.body("fast")).statusCode() == 200);
  }

  @Test
  void keepsTheLastGoodSettingsWhileTheFileHasMistakes() throws Exception {
    scene.write(YAML.replace("provider: alpha", "provider: alfa"));
    await().atMost(5, SECONDS).until(() -> settings().rejected());

    assertEquals("alpha", RoutedScene.from(scene.ask(RoutedScene.body("fast"))));

    scene.write(YAML.replace("provider: alpha", "provider: beta"));
    await().atMost(5, SECONDS).until(() -> !settings().rejected());
    assertEquals("beta", RoutedScene.from(scene.ask(RoutedScene.body("fast"))));
  }

  @Test
  void keepsTheLastGoodSettingsWhenTheFileGoes() throws Exception {
    // Once it has been looked at, so that its going is a change.
    scene.write(YAML + "max-body: 1MiB\n");
    await().atMost(5, SECONDS).until(() -> settings().current().maxBody().bytes() == 1024 * 1024);

    Files.delete(folder.resolve("ai-proxy.yaml"));
    await().atMost(5, SECONDS).until(() -> settings().rejected());

    assertEquals("alpha", RoutedScene.from(scene.ask(RoutedScene.body("fast"))));
  }

  private Settings settings() {
    return scene.proxy().service().settings();
  }
}
