package io.ruche.standalone.machine;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The folder that holds everything the standalone mode keeps, open to one running instance at a
 * time and readable by nobody else (mode 700, files with secrets 600).
 */
public final class DataFolder implements AutoCloseable {
  private static final String LOCK = "ruche.lock";
  private static final String OWNER = "ruche.pid";
  private static final int SECRET_BYTES = 24;
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rwx------");
  private static final Set<PosixFilePermission> SECRET_FILE =
      PosixFilePermissions.fromString("rw-------");

  /**
   * Folders open in this JVM. A file lock belongs to the whole process, and closing any channel on
   * the file gives it up: a second open in the same JVM must not touch the file at all.
   */
  private static final Set<Path> OPEN = ConcurrentHashMap.newKeySet();

  private final Path root;
  private final FileChannel channel;

  private DataFolder(Path root, FileChannel channel) {
    this.root = root;
    this.channel = channel;
  }

  /** The instance that holds a data folder. */
  public record Owner(long pid, String since) {}

  /**
   * Creates the folder when it is missing and takes its lock.
   *
   * @throws StartFailure when another instance holds it, when it belongs to another user, or when
   *     it cannot be written
   */
  public static DataFolder open(Path folder) {
    Path root = folder.toAbsolutePath().normalize();
    try {
      Files.createDirectories(root);
      root = root.toRealPath();
      refuseForeign(root);
      Files.setPosixFilePermissions(root, OWNER_ONLY);
    } catch (IOException e) {
      throw unusable(root, e);
    }
    if (!OPEN.add(root)) {
      throw alreadyRunning(root);
    }
    try {
      FileChannel channel =
          FileChannel.open(root.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = channel.tryLock();
      if (lock == null) {
        channel.close();
        throw alreadyRunning(root);
      }
      writeSecret(
          root.resolve(OWNER),
          ProcessHandle.current().pid() + " " + Instant.now().truncatedTo(ChronoUnit.SECONDS));
      return new DataFolder(root, channel);
    } catch (IOException e) {
      OPEN.remove(root);
      throw unusable(root, e);
    } catch (StartFailure e) {
      OPEN.remove(root);
      throw e;
    }
  }

  /** Which instance runs on this folder; empty when none does. Takes no lock for itself. */
  public static Optional<Owner> owner(Path folder) {
    Path root = folder.toAbsolutePath().normalize();
    try {
      root = root.toRealPath();
      if (!OPEN.contains(root) && isFree(root)) {
        return Optional.empty();
      }
      String[] words = Files.readString(root.resolve(OWNER)).strip().split(" ", 2);
      return Optional.of(new Owner(Long.parseLong(words[0]), words.length > 1 ? words[1] : ""));
    } catch (IOException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static boolean isFree(Path root) throws IOException {
    try (FileChannel channel = FileChannel.open(root.resolve(LOCK), StandardOpenOption.WRITE)) {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (NoSuchFileException e) {
      return true;
    }
  }

  /** The absolute path of the folder, without symbolic links. */
  public Path root() {
    return root;
  }

  /** A folder inside, created with mode 700 when it is missing. */
  public Path folder(String name) {
    Path folder = root.resolve(name);
    try {
      Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
      return folder;
    } catch (IOException e) {
      throw unusable(folder, e);
    }
  }

  /** Programs that the stores run: whatever runs from here was started by this folder's holder. */
  public Path programs() {
    return folder("bin");
  }

  /**
   * The same for programs that another user must be able to run, who cannot enter this folder:
   * below /var/tmp, one for each data folder, written by nobody but us.
   */
  public Path openPrograms() {
    Path open = openProgramsPath();
    try {
      if (!Files.exists(open, LinkOption.NOFOLLOW_LINKS)) {
        Files.createDirectory(
            open,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx--x--x")));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwx--x--x"));
      }
      refuseForeign(open);
      return open;
    } catch (IOException e) {
      throw unusable(open, e);
    }
  }

  Path openProgramsPath() {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(root.toString().getBytes(StandardCharsets.UTF_8));
      return Path.of("/var/tmp/ruche-programs-" + HexFormat.of().formatHex(digest, 0, 8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /**
   * A random secret of 48 hexadecimal digits, made at the first call with this name and the same
   * ever after; kept in {@code secrets/NAME}, mode 600.
   */
  public String secret(String name) {
    Path file = folder("secrets").resolve(name);
    try {
      String kept = readIfPresent(file);
      if (kept != null && !kept.isBlank()) {
        Files.setPosixFilePermissions(file, SECRET_FILE);
        return kept.strip();
      }
      byte[] random = new byte[SECRET_BYTES];
      new SecureRandom().nextBytes(random);
      String secret = HexFormat.of().formatHex(random);
      writeSecret(file, secret);
      return secret;
    } catch (IOException e) {
      throw unusable(file, e);
    }
  }

  /** Replaces a file by one that only its owner can read; a kill leaves the old one or the new. */
  public static void writeSecret(Path file, String text) throws IOException {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(fresh);
    Files.createFile(fresh, PosixFilePermissions.asFileAttribute(SECRET_FILE));
    try (FileChannel out = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
      out.write(StandardCharsets.UTF_8.encode(text.endsWith("\n") ? text : text + "\n"));
      out.force(true);
    }
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Gives the folder up: the next instance may open it. */
  @Override
  public void close() {
    try {
      Files.deleteIfExists(root.resolve(OWNER));
      channel.close();
    } catch (IOException e) {
      throw unusable(root, e);
    } finally {
      OPEN.remove(root);
    }
  }

  private static @Nullable String readIfPresent(Path file) throws IOException {
    try {
      return Files.readString(file);
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  private static void refuseForeign(Path root) throws IOException {
    long mine = new UnixSystem().getUid();
    Object uid = Files.getAttribute(root, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    if (uid instanceof Integer owner && Integer.toUnsignedLong(owner) != mine) {
      throw new StartFailure(
          "The data folder %s belongs to %s, and Ruche runs as %s. Run it as that user, or choose another folder with --data DIR or RUCHE_DATA."
              .formatted(root, Files.getOwner(root).getName(), System.getProperty("user.name")));
    }
  }

  private static StartFailure alreadyRunning(Path root) {
    String who = "another process";
    try {
      String[] words = Files.readString(root.resolve(OWNER)).strip().split(" ", 2);
      who = "pid " + words[0] + (words.length > 1 ? " since " + words[1] : "");
    } catch (IOException e) {
      // The owner is just starting or stopping: its name is not there, the lock is.
    }
    return new StartFailure(
        "Ruche is already running as %s with the data folder %s. Stop it first, or choose another folder with --data DIR or RUCHE_DATA."
            .formatted(who, root));
  }

  private static StartFailure unusable(Path path, IOException e) {
    String reason =
        switch (e) {
          case AccessDeniedException denied -> "permission denied";
          case FileSystemException fs when fs.getReason() != null -> fs.getReason();
          default -> String.valueOf(e.getMessage());
        };
    return new StartFailure(
        "Cannot use the data folder: %s: %s. Make it writable for %s, or choose another folder with --data DIR or RUCHE_DATA."
            .formatted(path, reason, System.getProperty("user.name")),
        e);
  }
}
