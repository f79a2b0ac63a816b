package io.ruche.embedservice.kill;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A client that puts and deletes documents one request after the other, each with an id of its own,
 * and repeats a request until it is accepted. It lets a few jobs be open at a time.
 */
final class Load implements Runnable {

  private static final int DOCUMENTS = 6;
  private static final int MOST_OPEN = 8;
  private static final int SENTENCES = 400;
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final String base;
  private final String key;
  private final Random random;
  private final HttpClient client = HttpClient.newHttpClient();
  private final Map<String, String> last = new ConcurrentHashMap<>();
  private final List<String> jobs = new CopyOnWriteArrayList<>();
  private final Set<String> open = ConcurrentHashMap.newKeySet();
  private volatile boolean enough;

  Load(String base, String key, long seed) {
    this.base = base;
    this.key = key;
    this.random = new Random(seed);
  }

  void stop() {
    enough = true;
  }

  /** The text that each document must have in the end; empty for one that was deleted. */
  Map<String, String> last() {
    return last;
  }

  /** The ids of the jobs that were accepted. */
  List<String> jobs() {
    return jobs;
  }

  /** The text of its key. */
  String key() {
    return key;
  }

  /** How many jobs have not ended, as far as the service answers. */
  int open() throws InterruptedException {
    for (String id : List.copyOf(open)) {
      try {
        JsonObject job = job(id);
        if (Set.of("done", "failed", "expired").contains(String.valueOf(job.getString("state")))) {
          open.remove(id);
        }
      } catch (IOException killed) {
        Thread.sleep(20);
        return open.size();
      }
    }
    return open.size();
  }

  @Override
  public void run() {
    try {
      for (int i = 0; !enough; i++) {
        String document = "d" + random.nextInt(DOCUMENTS);
        boolean delete = random.nextInt(8) == 0;
        String text = delete ? "" : text(document, i);
        send(document, delete, text, "job-" + i);
        last.put(document, text);
        open.add("job-" + i);
        jobs.add("job-" + i);
        while (open() >= MOST_OPEN && !enough) {
          Thread.sleep(20);
        }
      }
    } catch (InterruptedException end) {
      Thread.currentThread().interrupt();
    }
  }

  /** Most paragraphs stay from version to version; some are there twice. */
  private String text(String document, int version) {
    List<String> paragraphs = new ArrayList<>();
    int length = 20 + random.nextInt(SENTENCES);
    for (int i = 0; i < length; i++) {
      int of = random.nextInt(60) == 0 ? version : 0;
      paragraphs.add("Paragraph " + i % 250 + " of " + document + " in version " + of + ".");
    }
    return String.join("\n\n", paragraphs);
  }

  private void send(String document, boolean delete, String text, String id)
      throws InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + "/v1/collections/c/documents/" + document))
            .timeout(Duration.ofSeconds(5))
            .header("Authorization", "Bearer " + key)
            .header("Idempotency-Key", id);
    if (delete) {
      request.DELETE();
    } else {
      request.header("Content-Type", "text/plain").PUT(BodyPublishers.ofString(text));
    }
    long until = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < until) {
      try {
        HttpResponse<String> answer = client.send(request.build(), BodyHandlers.ofString());
        if (answer.statusCode() == 202) {
          return;
        }
        if (answer.statusCode() < 500) {
          throw new AssertionError(answer.statusCode() + " " + answer.body());
        }
      } catch (IOException killed) {
        Thread.sleep(20);
      }
    }
    throw new AssertionError("not accepted: " + id);
  }

  /** A job as the service tells it. */
  private JsonObject job(String id) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(base + "/v1/jobs/" + id))
            .timeout(Duration.ofSeconds(10))
            .header("Authorization", "Bearer " + key)
            .build();
    return new JsonObject(client.send(request, BodyHandlers.ofString()).body());
  }
}
