package io.ruche.standalone.bench.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How much memory another JVM on this machine takes. */
public final class Memory {

  private static final Pattern HEAP = Pattern.compile("(?:committed|total) (\\d+)K, used (\\d+)K");
  private static final double KIB_OF_MIB = 1024;

  private final ProcessHandle jvm;

  public Memory(ProcessHandle jvm) {
    this.jvm = jvm;
  }

  /** Resident, in MiB. */
  public double resident() throws IOException {
    return Files.readAllLines(Path.of("/proc/" + jvm.pid() + "/status")).stream()
            .filter(line -> line.startsWith("VmRSS:"))
            .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")))
            .findFirst()
            .orElseThrow(() -> new IOException("the process has ended"))
        / KIB_OF_MIB;
  }

  /**
   * What is in use, in MiB: the heap after a collection and everything resident outside of it. The
   * heap's pages that nothing uses do not count.
   */
  public double live() throws IOException {
    jcmd("GC.run");
    Matcher heap = HEAP.matcher(jcmd("GC.heap_info"));
    if (!heap.find()) {
      throw new IOException("jcmd tells nothing of the heap");
    }
    double committed = Double.parseDouble(heap.group(1)) / KIB_OF_MIB;
    double used = Double.parseDouble(heap.group(2)) / KIB_OF_MIB;
    return resident() - committed + used;
  }

  private String jcmd(String command) throws IOException {
    Path java = Path.of(jvm.info().command().orElseThrow());
    Process process =
        new ProcessBuilder(
                java.resolveSibling("jcmd").toString(), Long.toString(jvm.pid()), command)
            .redirectErrorStream(true)
            .start();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }
}
