package io.ruche.standalone.bench.proxy;

import io.ruche.standalone.Ruche;
import io.ruche.standalone.bench.process.Answers;
import io.vertx.core.json.JsonObject;
import java.io.PrintStream;

/** {@code ruche up}, as its users run it, but ending with the benchmark that started it. */
public final class UpMain {

  private UpMain() {}

  /** Arguments: those of {@code ruche}. */
  public static void main(String[] args) throws Exception {
    PrintStream out = Answers.takeStandardOut();
    Thread watch =
        new Thread(
            () -> {
              try {
                Answers.serve(out, (verb, words) -> new JsonObject());
              } catch (Exception gone) {
                // The benchmark has ended, which is what this waits for.
              }
              System.exit(0);
            },
            "bench");
    watch.setDaemon(true);
    watch.start();
    Ruche.main(args);
  }
}
