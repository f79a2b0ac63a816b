package io.ruche.embedservice.engine.assembly;

import io.ruche.embedservice.engine.Purpose;
import io.ruche.embedservice.engine.onnx.OnnxConfig;
import io.ruche.embedservice.engine.onnx.OnnxModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The bundled model in a process of its own: lengths of all kinds, on two threads. */
public final class AloneMain {

  private AloneMain() {}

  /** Prints the sockets that are open and the most memory that was resident. */
  public static void main(String[] arguments) throws Exception {
    try (OnnxModel model = OnnxModel.open(OnnxConfig.bundled())) {
      List<Thread> threads =
          IntStream.range(0, 2)
              .mapToObj(
                  part ->
                      Thread.ofPlatform()
                          .start(
                              () -> {
                                for (int i = 0; i < 24; i++) {
                                  int words = 1 + (i * 37 + part * 17) % 600;
                                  model.embed("bee ".repeat(words), Purpose.PASSAGE);
                                }
                              }))
              .toList();
      for (Thread thread : threads) {
        thread.join();
      }
      System.out.println("sockets " + sockets());
      try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
        lines.filter(line -> line.startsWith("VmHWM")).forEach(System.out::println);
      }
    }
  }

  private static long sockets() throws Exception {
    try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
      return files.filter(AloneMain::isSocket).count();
    }
  }

  private static boolean isSocket(Path file) {
    try {
      return Files.readSymbolicLink(file).toString().startsWith("socket:");
    } catch (java.io.IOException closedMeanwhile) {
      return false;
    }
  }
}
