package io.ruche.embedservice.index.lucene;

import static io.ruche.embedservice.index.Samples.chunk;
import static io.ruche.embedservice.index.Samples.result;

import io.ruche.embedservice.index.IndexedChunk;
import io.ruche.embedservice.index.Samples;
import io.ruche.embedservice.index.Space;
import io.vertx.core.Vertx;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Puts chunks into an index until it is killed, and says which are complete. */
final class WriterMain {

  static final Space SPACE = new Space("azoth", "crash");
  static final int WRITERS = 4;

  private WriterMain() {}

  /**
   * Writes until it is killed.
   *
   * @param arguments the folder of the index, and the number of this run
   */
  public static void main(String[] arguments) {
    LuceneIndex index =
        new LuceneIndex(
            Vertx.vertx(), Path.of(arguments[0]), LuceneConfig.standard(), Samples.DIMENSIONS);
    result(index.start());
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    for (int writer = 0; writer < WRITERS; writer++) {
      String document = "run" + arguments[1] + "-" + writer;
      Thread.ofPlatform().start(() -> write(index, document, out));
    }
  }

  private static void write(LuceneIndex index, String document, PrintStream out) {
    for (int i = 0; ; i++) {
      IndexedChunk chunk = chunk(document, i, "words of " + i);
      result(index.put(SPACE, List.of(chunk)));
      if (i % 3 == 2) {
        // A kill between the removal and its word leaves it open which it is.
        out.println("removing " + Samples.id(document, i - 1));
        result(index.remove(SPACE, List.of(Samples.id(document, i - 1))));
        out.println("removed " + Samples.id(document, i - 1));
      }
      out.println("put " + chunk.id());
    }
  }
}
