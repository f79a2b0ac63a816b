package io.ruche.aiproxy.audio;

import io.ruche.aiproxy.Form;
import io.ruche.aiproxy.Scene;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * What the proxy adds to a transcription, and what memory long forms take: a program, since its
 * figures depend on the machine. Client, proxy and provider are this one process.
 */
public final class UploadLoad {

  private static final int ROUNDS = 300;
  private static final int LONG = 64 * 1024 * 1024;
  private static final int AT_A_TIME = 8;
  private static final String MODEL = "whisper-large-v3-turbo";

  private UploadLoad() {}

  /** Prints the figures. */
  public static void main(String[] args) throws Exception {
    try (Scene scene = Scene.open()) {
      HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
      URI proxy = scene.uri("/v1/audio/transcriptions");
      URI provider = URI.create(scene.provider().baseUrl() + "/audio/transcriptions");
      for (int bytes : new int[] {50_000, 1_000_000}) {
        byte[] form = new Form().field("model", MODEL).file("a.ogg", Form.sound(bytes)).end();
        time(scene, client, provider, form, 50);
        System.out.printf("%,d bytes: %s%n", bytes, time(scene, client, provider, form, ROUNDS));
      }
      System.out.printf("RSS before long forms: %,d KiB%n", rss());
      for (boolean modelFirst : new boolean[] {true, false, true}) {
        long peak = together(client, proxy, modelFirst);
        System.out.printf(
            "%d forms of 64 MiB at a time, model %s: RSS at most %,d KiB%n",
            AT_A_TIME, modelFirst ? "first" : "last", peak);
      }
    }
  }

  private static String time(Scene scene, HttpClient client, URI provider, byte[] form, int rounds)
      throws Exception {
    URI proxy = scene.uri("/v1/audio/transcriptions");
    long[] direct = new long[rounds];
    long[] proxied = new long[rounds];
    for (int i = 0; i < rounds; i++) {
      direct[i] = once(client, provider, form);
      proxied[i] = once(client, proxy, form);
      scene.provider().forget();
    }
    Arrays.sort(direct);
    Arrays.sort(proxied);
    return "direct p50 %d us, p99 %d us; through the proxy p50 %d us, p99 %d us; added p50 %d us"
        .formatted(
            direct[rounds / 2],
            direct[rounds * 99 / 100],
            proxied[rounds / 2],
            proxied[rounds * 99 / 100],
            proxied[rounds / 2] - direct[rounds / 2]);
  }

  private static long once(HttpClient client, URI uri, byte[] form) throws Exception {
    HttpRequest request =
        Form.post(uri, form).setHeader("Authorization", "Bearer gsk_simulated").build();
    long start = System.nanoTime();
    HttpResponse<byte[]> answer = client.send(request, BodyHandlers.ofByteArray());
    require(answer.statusCode());
    return (System.nanoTime() - start) / 1_000;
  }

  private static void require(int status) {
    if (status != 200) {
      throw new IllegalStateException("answered " + status);
    }
  }

  private static long together(HttpClient client, URI uri, boolean modelFirst) throws Exception {
    long peak = 0;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> answers =
          Collections.nCopies(AT_A_TIME, 0).stream()
              .map(
                  i ->
                      threads.submit(
                          () ->
                              client
                                  .send(longForm(uri, modelFirst), BodyHandlers.ofByteArray())
                                  .statusCode()))
              .toList();
      while (!answers.stream().allMatch(Future::isDone)) {
        peak = Math.max(peak, rss());
        Thread.onSpinWait();
      }
      for (Future<Integer> answer : answers) {
        require(answer.get());
      }
    }
    return peak;
  }

  private static HttpRequest longForm(URI uri, boolean modelFirst) {
    String model = part("name=\"model\"") + MODEL + "\r\n";
    String file = part("name=\"file\"; filename=\"a.ogg\"");
    String end = "--" + Form.BOUNDARY + "--\r\n";
    String before = modelFirst ? model + file : file;
    String after = modelFirst ? "\r\n" + end : "\r\n" + model + end;
    return Form.post(uri, new byte[0])
        .timeout(Duration.ofMinutes(3))
        .POST(
            BodyPublishers.ofInputStream(
                () ->
                    new SequenceInputStream(
                        Collections.enumeration(
                            List.of(bytes(before), new Silence(LONG), bytes(after))))))
        .build();
  }

  private static String part(String disposition) {
    return "--" + Form.BOUNDARY + "\r\nContent-Disposition: form-data; " + disposition + "\r\n\r\n";
  }

  private static InputStream bytes(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static long rss() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .map(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
        .findFirst()
        .orElse(0L);
  }

  /** So many bytes, made when they are read. */
  private static final class Silence extends InputStream {

    private long left;

    Silence(long length) {
      this.left = length;
    }

    @Override
    public int read() {
      return left-- > 0 ? 0 : -1;
    }

    @Override
    public int read(byte[] into, int offset, int length) {
      if (left <= 0) {
        return -1;
      }
      int count = (int) Math.min(length, left);
      left -= count;
      return count;
    }
  }
}
