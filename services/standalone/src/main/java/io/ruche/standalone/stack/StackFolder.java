package io.ruche.standalone.stack;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The folder of the Compose files, with what is different on every machine: {@code .env} and {@code
 * secrets/}. Nothing that is there is ever written over.
 *
 * <p>Compose mounts a secret with its owner and mode as they are on the host, and the containers
 * run as users that the host does not know. So the files may be read by anybody, and the folder,
 * mode 700, lets nobody come to them.
 */
public final class StackFolder {

  private static final int PASSWORD_BYTES = 20;
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");
  private static final Set<PosixFilePermission> FOLDER =
      PosixFilePermissions.fromString("rwx------");
  private static final Set<PosixFilePermission> MOUNTED =
      PosixFilePermissions.fromString("r--r--r--");

  private final Path folder;
  private final SecureRandom random = new SecureRandom();

  /**
   * @param folder with {@code compose.yaml} and {@code .env.example}
   */
  public StackFolder(Path folder) {
    this.folder = folder;
  }

  /**
   * What came of it.
   *
   * @param made the files that were missing, relative to the folder
   * @param kept how many were there already
   */
  public record Written(List<Path> made, int kept) {

    /** Takes a copy. */
    public Written {
      made = List.copyOf(made);
    }
  }

  /**
   * Writes what is missing.
   *
   * @throws IOException when the folder is not that of the Compose files or cannot be written
   */
  public Written complete() throws IOException {
    Path example = folder.resolve(".env.example");
    if (!Files.isRegularFile(example)) {
      throw new IOException(
          folder + " is not the folder of the Compose files: it has no .env.example");
    }
    List<Path> made = new ArrayList<>();
    int kept = 0;
    Path secrets = folder.resolve("secrets");
    openForOwnerOnly(secrets);
    kept += write(folder.resolve(".env"), Files.readString(example), OWNER_ONLY, made);
    for (Map.Entry<String, String> secret : SecretFiles.fresh(this::password).entrySet()) {
      kept += write(secrets.resolve(secret.getKey()), secret.getValue(), MOUNTED, made);
    }
    return new Written(made, kept);
  }

  private static void openForOwnerOnly(Path secrets) throws IOException {
    if (Files.isSymbolicLink(secrets)) {
      throw new IOException(secrets + " is a link; secrets go into a folder of their own");
    }
    if (!Files.isDirectory(secrets, LinkOption.NOFOLLOW_LINKS)) {
      Files.createDirectory(secrets, PosixFilePermissions.asFileAttribute(FOLDER));
    }
    Files.setPosixFilePermissions(secrets, FOLDER);
  }

  /** Answers how many files of this name were there already: 0 or 1. */
  private int write(Path file, String text, Set<PosixFilePermission> mode, List<Path> made)
      throws IOException {
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return 1;
    }
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(fresh);
    Files.createFile(fresh, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    try (FileChannel out = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
      out.write(StandardCharsets.UTF_8.encode(text));
      out.force(true);
    }
    Files.setPosixFilePermissions(fresh, mode);
    try {
      // Fails, rather than replaces, when another one has just written it.
      Files.createLink(file, fresh);
    } catch (FileAlreadyExistsException another) {
      return 1;
    } finally {
      Files.delete(fresh);
    }
    made.add(folder.relativize(file));
    return 0;
  }

  private String password() {
    byte[] bytes = new byte[PASSWORD_BYTES];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
