package io.ruche.embedservice.testing;

import io.ruche.testing.TestFolder;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * A disk of a few mebibytes that can be filled: a tmpfs, which needs root or a {@code sudo} that
 * asks nothing. Where neither is there the test is skipped, and fails under {@code
 * RUCHE_TEST_NO_SKIP=1}.
 */
public final class SmallDisk implements AutoCloseable {

  private static final int BLOCK = 4_096;

  private final Path folder;
  private final Path filler;

  private SmallDisk(Path folder) {
    this.folder = folder;
    this.filler = folder.resolve("filler");
  }

  /** A disk of so many mebibytes. */
  public static SmallDisk of(int mebibytes) throws Exception {
    Path folder = TestFolder.make("small-disk");
    String options = "size=" + mebibytes + "m,mode=0777";
    if (!run("mount", "-t", "tmpfs", "-o", options, "tmpfs", folder.toString())) {
      TestFolder.delete(folder);
      if ("1".equals(System.getenv("RUCHE_TEST_NO_SKIP"))) {
        throw new IllegalStateException("no tmpfs can be mounted, neither as root nor by sudo");
      }
      Assumptions.abort("no tmpfs can be mounted, neither as root nor by sudo");
    }
    return new SmallDisk(folder);
  }

  private static boolean run(String... command) {
    List<String> asRoot = new ArrayList<>(List.of("sudo", "-n"));
    asRoot.addAll(List.of(command));
    for (List<String> each : List.of(List.of(command), asRoot)) {
      try {
        Process process = new ProcessBuilder(each).redirectErrorStream(true).start();
        process.getInputStream().readAllBytes();
        if (process.onExit().orTimeout(20, TimeUnit.SECONDS).join().exitValue() == 0) {
          return true;
        }
      } catch (IOException noSuchProgram) {
        // The next one may be there.
      }
    }
    return false;
  }

  public Path folder() {
    return folder;
  }

  /** Fills it, but for so many bytes. */
  public void fill(long left) throws IOException {
    long room;
    try (OutputStream out = Files.newOutputStream(filler)) {
      byte[] block = new byte[BLOCK];
      while (folder.toFile().getUsableSpace() >= left + BLOCK) {
        out.write(block);
      }
      room = folder.toFile().getUsableSpace();
    }
    if (room >= left + BLOCK) {
      throw new AssertionError("there is room for " + room);
    }
  }

  /** Makes room again. */
  public void free() throws IOException {
    Files.deleteIfExists(filler);
  }

  @Override
  public void close() throws IOException {
    run("umount", "-l", folder.toString());
    Files.deleteIfExists(folder);
  }
}
