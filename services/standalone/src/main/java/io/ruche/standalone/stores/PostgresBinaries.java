package io.ruche.standalone.stores;

import io.ruche.standalone.machine.StartFailure;
import io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;
import org.tukaani.xz.XZInputStream;

/** The PostgreSQL programs that came with the library, unpacked once below the data folder. */
final class PostgresBinaries {
  private static final int EXECUTABLE = 0100;

  private PostgresBinaries() {}

  /**
   * The folder with {@code bin}, {@code lib} and {@code share} of this version, unpacked when it is
   * missing (12 MB packed, about a second).
   */
  static Path in(Path bin) {
    Path home = home(bin);
    if (Files.isDirectory(home)) {
      return home;
    }
    Path fresh = bin.resolve("postgres.new");
    try (InputStream archive =
            DefaultPostgresBinaryResolver.INSTANCE.getPgBinary(system(), architecture());
        TarArchiveInputStream tar =
            new TarArchiveInputStream(new XZInputStream(new BufferedInputStream(archive)))) {
      delete(fresh);
      Files.createDirectories(fresh);
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        unpack(tar, entry, fresh);
      }
      return Files.move(fresh, home, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException | IllegalStateException e) {
      throw new StartFailure(
          "PostgreSQL could not be unpacked into %s: %s. Set RUCHE_POSTGRES_URL to use one that is installed."
              .formatted(home, e.getMessage()),
          e);
    }
  }

  /** Where {@link #in} puts them. */
  static Path home(Path bin) {
    return bin.resolve("postgres-" + version());
  }

  /** Removes a folder and all below it; nothing happens when it is not there. */
  static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  private static void unpack(TarArchiveInputStream tar, TarArchiveEntry entry, Path root)
      throws IOException {
    Path target = root.resolve(entry.getName()).normalize();
    if (!target.startsWith(root)) {
      throw new IOException("the archive has a path outside itself: " + entry.getName());
    }
    if (entry.isDirectory()) {
      Files.createDirectories(target);
      return;
    }
    Files.createDirectories(parent(target));
    if (entry.isSymbolicLink()) {
      Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
    } else if (entry.isLink()) {
      Files.createLink(target, root.resolve(entry.getLinkName()));
    } else {
      Files.copy(tar, target);
      boolean executable = (entry.getMode() & EXECUTABLE) != 0;
      Files.setPosixFilePermissions(
          target, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
    }
  }

  private static Path parent(Path path) throws IOException {
    Path parent = path.getParent();
    if (parent == null) {
      throw new IOException("the archive has an entry without a folder: " + path);
    }
    return parent;
  }

  /** The version in the build, such as {@code 17.6.0}. */
  static String version() {
    Properties versions = new Properties();
    try (InputStream file = PostgresBinaries.class.getResourceAsStream("versions.properties")) {
      versions.load(file);
    } catch (IOException e) {
      throw new StartFailure("versions.properties cannot be read from the jar: " + e, e);
    }
    @Nullable String version = versions.getProperty("postgres");
    if (version == null) {
      throw new StartFailure("versions.properties in the jar names no postgres");
    }
    return version;
  }

  private static String system() {
    return System.getProperty("os.name").startsWith("Mac") ? "Darwin" : "Linux";
  }

  private static String architecture() {
    String architecture = System.getProperty("os.arch");
    return architecture.equals("amd64") ? "x86_64" : architecture;
  }
}
