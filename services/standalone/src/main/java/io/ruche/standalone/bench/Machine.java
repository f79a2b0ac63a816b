package io.ruche.standalone.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** What a figure depends on and does not show. */
public final class Machine {

  private Machine() {}

  /** Processors, JDK and the file system of {@code folder}, in one line. */
  public static String describe(Path folder) throws IOException {
    String type = Files.getFileStore(folder).type();
    return "%d processors, JDK %s, %s on %s%s"
        .formatted(
            Runtime.getRuntime().availableProcessors(),
            Runtime.version().feature(),
            folder,
            type,
            type.equals("tmpfs") ? " (memory: an fsync costs nothing, choose another --data)" : "");
  }

  /**
   * How much of the machine was others', in one line.
   *
   * @param cores that processes kept busy which are none of the measured ones
   */
  public static String others(double cores) {
    return String.format(
        Locale.ROOT,
        "meanwhile other processes kept %.1f of %d processors busy",
        cores,
        Runtime.getRuntime().availableProcessors());
  }
}
