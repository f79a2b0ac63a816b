package io.ruche.standalone.bench.proxy;

import io.ruche.standalone.bench.process.Answers;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/** The load, in a process of its own. */
public final class LoadMain {

  private LoadMain() {}

  /**
   * No arguments; a line is {@code closed PORT HEADERS BYTES CONNECTIONS SECONDS}, {@code paced
   * PORT HEADERS BYTES CONNECTIONS SECONDS RATE}, {@code commands PORT HEADERS CONNECTIONS SECONDS}
   * or {@code streams PORT HEADERS NUMBER OPEN_SECONDS SECONDS}; headers in base64.
   */
  public static void main(String[] args) throws Exception {
    PrintStream out = Answers.takeStandardOut();
    Answers.serve(out, LoadMain::run);
    System.exit(0);
  }

  private static JsonObject run(String verb, List<String> words) throws IOException {
    int port = Integer.parseInt(words.get(0));
    String headers =
        new String(Base64.getUrlDecoder().decode(words.get(1)), StandardCharsets.US_ASCII);
    int size = Integer.parseInt(words.get(2));
    return switch (verb) {
      case "closed" -> new Load(port, headers, size).closed(whole(words, 3), number(words, 4));
      case "paced" ->
          new Load(port, headers, size).paced(whole(words, 3), number(words, 4), whole(words, 5));
      case "commands" -> Load.ofCommands(port, headers).closed(size, number(words, 3));
      case "streams" -> new Streams(port, headers, size).hold(number(words, 3), number(words, 4));
      default -> throw new IllegalArgumentException("no load is called " + verb);
    };
  }

  private static int whole(List<String> words, int at) {
    return Integer.parseInt(words.get(at));
  }

  private static double number(List<String> words, int at) {
    return Double.parseDouble(words.get(at));
  }
}
