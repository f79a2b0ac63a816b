package io.ruche.aiproxy.kill;

import io.ruche.aiproxy.kill.CountingProvider.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/** Clients that ask without a pause and remember, by model, what they were told. */
final class KillLoad {

  private static final int CLIENTS = 12;
  private static final List<Kind> KINDS = List.of(Kind.values());
  private static final long AWAY_MILLIS = 20;

  private final URI uri;
  private final String key;
  private final AtomicInteger numbers = new AtomicInteger();
  private final Set<String> sent = ConcurrentHashMap.newKeySet();
  private final Set<String> answered = ConcurrentHashMap.newKeySet();
  private final Map<String, Long> leftNanos = new ConcurrentHashMap<>();
  private final List<String> wrong = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean over;

  KillLoad(int port, String key) {
    this.uri = URI.create("http://127.0.0.1:" + port + "/v1/chat/completions");
    this.key = key;
  }

  void start() {
    for (int i = 0; i < CLIENTS; i++) {
      threads.add(Thread.ofVirtual().start(this::ask));
    }
  }

  /** Every request that went out, or may have. */
  Set<String> sent() {
    return Set.copyOf(sent);
  }

  /** Requests with a whole answer. */
  Set<String> answered() {
    return Set.copyOf(answered);
  }

  /** When clients left streams that they had begun to read. */
  Map<String, Long> leftNanos() {
    return Map.copyOf(leftNanos);
  }

  /** Answers that are neither 200 nor none. */
  synchronized List<String> wrong() {
    return List.copyOf(wrong);
  }

  private synchronized void wrong(String what) {
    wrong.add(what);
  }

  private void ask() {
    try (HttpClient http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build()) {
      while (!over) {
        Kind kind = KINDS.get(ThreadLocalRandom.current().nextInt(KINDS.size()));
        String model = kind.model(numbers.incrementAndGet());
        sent.add(model);
        try {
          ask(http, kind, model);
        } catch (IOException away) {
          Thread.sleep(AWAY_MILLIS);
        }
      }
    } catch (InterruptedException end) {
      Thread.currentThread().interrupt();
    }
  }

  private void ask(HttpClient http, Kind kind, String model)
      throws IOException, InterruptedException {
    String body =
        """
        {"model":"%s","messages":[{"role":"user","content":"hello"}],"stream":%s}"""
            .formatted(model, kind != Kind.WHOLE);
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .timeout(Duration.ofSeconds(20))
            .header("authorization", "Bearer " + key)
            .header("content-type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    HttpResponse<InputStream> response =
        http.send(request, HttpResponse.BodyHandlers.ofInputStream());
    try (InputStream in = response.body()) {
      if (response.statusCode() == 503) {
        // It has only just begun and does not know the keys yet.
        Thread.sleep(AWAY_MILLIS);
      } else if (response.statusCode() != 200) {
        wrong(response.statusCode() + " " + new String(in.readAllBytes(), StandardCharsets.UTF_8));
      } else if (kind == Kind.LEFT) {
        if (in.read() >= 0) {
          leftNanos.put(model, System.nanoTime());
        }
      } else {
        String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        if (kind == Kind.WHOLE || text.endsWith("data: [DONE]\n\n")) {
          answered.add(model);
        }
      }
    }
  }

  /** Lets every client finish what it has begun. */
  void stop() throws InterruptedException {
    over = true;
    for (Thread thread : threads) {
      thread.join(Duration.ofSeconds(30));
    }
  }
}
