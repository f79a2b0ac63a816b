package io.ruche.testing;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where Mosquitto is on this machine.
 *
 * @param control the program {@code mosquitto_ctrl}, where there is one
 * @param plugin the dynamic-security plugin, where there is one
 */
record MosquittoInstallation(Path broker, @Nullable Path control, @Nullable Path plugin) {

  private static final String PLUGIN = "mosquitto_dynamic_security.so";
  private static final List<String> LIBRARIES =
      List.of(
          "/usr/lib/x86_64-linux-gnu",
          "/usr/lib/aarch64-linux-gnu",
          "/usr/lib/arm-linux-gnueabihf",
          "/usr/lib64",
          "/usr/lib",
          "/usr/local/lib",
          "/opt/homebrew/lib",
          "/opt/homebrew/opt/mosquitto/lib");

  static Optional<MosquittoInstallation> find() {
    return program("mosquitto")
        .map(
            broker ->
                new MosquittoInstallation(
                    broker, program("mosquitto_ctrl").orElse(null), library().orElse(null)));
  }

  boolean hasPlugin() {
    return control != null && plugin != null;
  }

  private static Optional<Path> program(String name) {
    // Debian's broker is in sbin, which is not on everybody's path.
    String folders = System.getenv().getOrDefault("PATH", "") + File.pathSeparator + "/usr/sbin";
    return Stream.of(folders.split(File.pathSeparator))
        .map(folder -> Path.of(folder, name))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private static Optional<Path> library() {
    return LIBRARIES.stream()
        .map(folder -> Path.of(folder, PLUGIN))
        .filter(Files::isReadable)
        .findFirst();
  }
}
