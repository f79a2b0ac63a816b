package io.ruche.standalone.stores;

import io.ruche.standalone.machine.OnPath;
import io.ruche.standalone.machine.StartFailure;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import redis.embedded.core.ExecutableProvider;
import redis.embedded.model.OsArchitecture;

/**
 * The Redis server that the embedded stores run: the one that came with the library, or where that
 * does not run (musl, no OpenSSL 3), a copy of the machine's own.
 */
final class RedisBinary {
  private static final String OF_THE_MACHINE = "redis-server";
  private static final long VERSION_SECONDS = 5;
  private static final Pattern BUSY = Pattern.compile("error[:=] ?26\\b");
  private static final int BUSY_TRIES = 100;
  private static final long BUSY_PAUSE_NANOS = 20_000_000;

  private RedisBinary() {}

  /**
   * The binary below this folder, put there when it is missing. It stays at the same path, by which
   * a later start knows a process as its own.
   */
  static synchronized Path in(Path bin) {
    String resource =
        ExecutableProvider.newProvidedVersionsMap().get(OsArchitecture.detectOSandArchitecture());
    Path machines = bin.resolve(OF_THE_MACHINE);
    try {
      if (resource != null) {
        Path bundled = bin.resolve(Path.of(resource).getFileName().toString());
        if (Files.isExecutable(bundled)) {
          return bundled;
        }
        extract(bin, bundled);
        if (runs(bundled)) {
          return bundled;
        }
        Files.delete(bundled);
      }
      Optional<Path> installed = OnPath.find(OF_THE_MACHINE);
      if (installed.isPresent() && runs(installed.get())) {
        return copy(installed.get(), machines);
      }
    } catch (IOException e) {
      throw new StartFailure("Redis could not be unpacked into %s: %s".formatted(bin, e), e);
    }
    throw new StartFailure(
        "The Redis that comes with Ruche does not run on this machine (%s %s; it needs glibc and OpenSSL 3). Install redis-server, or set RUCHE_REDIS_URL and RUCHE_HOT_REDIS_URL."
            .formatted(System.getProperty("os.name"), System.getProperty("os.arch")));
  }

  private static void extract(Path bin, Path target) throws IOException {
    Path unpacked = Files.createTempDirectory(bin, "redis-");
    File file = ExecutableProvider.newJarResourceProvider(unpacked.toFile()).get();
    Files.move(file.toPath(), target, StandardCopyOption.ATOMIC_MOVE);
    Files.delete(unpacked);
  }

  private static Path copy(Path from, Path to) throws IOException {
    Path fresh = to.resolveSibling(to.getFileName() + ".new");
    Files.copy(
        from, fresh, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
    return Files.move(fresh, to, StandardCopyOption.ATOMIC_MOVE);
  }

  private static boolean runs(Path binary) throws IOException {
    Process version = start(binary);
    try {
      return version.waitFor(VERSION_SECONDS, TimeUnit.SECONDS) && version.exitValue() == 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      version.destroyForcibly();
    }
  }

  /**
   * A process that another thread starts at this moment may still have the fresh file open for
   * writing, from before the system closes what it inherited; the file is busy until then.
   */
  private static Process start(Path binary) throws IOException {
    for (int tries = BUSY_TRIES; ; tries--) {
      try {
        return new ProcessBuilder(binary.toString(), "--version")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
      } catch (IOException e) {
        if (tries == 0 || !BUSY.matcher(String.valueOf(e.getMessage())).find()) {
          throw e;
        }
        LockSupport.parkNanos(BUSY_PAUSE_NANOS);
      }
    }
  }
}
