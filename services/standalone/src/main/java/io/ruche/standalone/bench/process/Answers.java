package io.ruche.standalone.bench.process;

import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The other end of a {@link Child}: a line asks, a line of JSON answers, the end of input ends. */
public final class Answers {

  /** Does what a line asks for. */
  public interface Task {
    JsonObject run(String verb, List<String> args) throws Exception;
  }

  private Answers() {}

  /** Says that it is ready, then serves until the input ends; a failure ends the process. */
  public static void serve(PrintStream out, Task task) throws IOException {
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    out.println(new JsonObject().put("ready", true).encode());
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      List<String> words = List.of(line.split(" ", -1));
      try {
        out.println(task.run(words.getFirst(), words.subList(1, words.size())).encode());
      } catch (Throwable failure) {
        // Threads of libraries would keep the process, and whoever waits for the answer, waiting.
        failure.printStackTrace();
        System.exit(1);
      }
    }
  }

  /** Lets this process, which has nothing to answer, end when its input does. */
  public static void endWithInput() throws IOException {
    PrintStream out = takeStandardOut();
    Thread watch =
        new Thread(
            () -> {
              try {
                serve(out, (verb, words) -> new JsonObject());
              } catch (IOException gone) {
                // The benchmark has ended, which is what this waits for.
              }
              System.exit(0);
            },
            "bench");
    watch.setDaemon(true);
    watch.start();
  }

  /** Keeps standard output for the answers: what others print there goes to standard error. */
  public static PrintStream takeStandardOut() throws IOException {
    PrintStream out = System.out;
    System.setOut(System.err);
    return out;
  }
}
