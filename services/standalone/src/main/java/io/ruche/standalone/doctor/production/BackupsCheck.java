package io.ruche.standalone.doctor.production;

import io.ruche.standalone.doctor.Check;
import io.ruche.standalone.doctor.Finding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Whether the newest backup of {@code host/backup.sh} is complete, recent and for its owner alone.
 */
final class BackupsCheck implements Check {

  /** A day and what a run may be late. */
  private static final Duration OLD = Duration.ofHours(26);

  /** Written last: a folder without it was not finished. */
  private static final String SUMS = "SHA256SUMS";

  private static final String MEND = "host/backup.sh, and ruche-backup.timer for every night";

  private final Stack stack;
  private final Clock clock;

  BackupsCheck(Stack stack, Clock clock) {
    this.stack = stack;
    this.clock = clock;
  }

  @Override
  public String part() {
    return "backups";
  }

  @Override
  public List<Finding> look() throws IOException {
    String named = stack.settings().value("RUCHE_BACKUPS");
    Path folder = named.isEmpty() ? stack.home().resolve("backups") : stack.folder().resolve(named);
    if (!Files.isDirectory(folder)) {
      return List.of(
          Finding.problem("backup.none", folder.toString(), "There is no backup.", MEND));
    }
    List<Finding> found = new ArrayList<>();
    if (!PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)).endsWith("------")) {
      found.add(
          Finding.problem(
              "backup.mode",
              folder.toString(),
              "Others than its owner may enter it, and it has every secret.",
              "chmod 700 " + folder));
    }
    Optional<Path> newest = newest(folder);
    if (newest.isEmpty()) {
      found.add(
          Finding.problem("backup.none", folder.toString(), "No backup in it is complete.", MEND));
      return found;
    }
    Path last = newest.get();
    Instant made = Files.getLastModifiedTime(last.resolve(SUMS)).toInstant();
    Duration age = Duration.between(made, clock.instant());
    if (age.compareTo(OLD) > 0) {
      found.add(
          Finding.problem(
              "backup.old", last.toString(), "It is " + age.toHours() + " hours old.", MEND));
    }
    missing(last, found);
    if (Files.getFileStore(folder).equals(Files.getFileStore(stack.folder()))) {
      found.add(
          Finding.advice(
              "backup.same-disk",
              folder.toString(),
              "It is on the disk of the stack, and goes with it.",
              "Copy it to another machine, or let RUCHE_BACKUPS be a mounted one."));
    }
    return found;
  }

  private static Optional<Path> newest(Path folder) throws IOException {
    try (Stream<Path> listed = Files.list(folder)) {
      // Names begin with the time.
      return listed
          .filter(one -> Files.isRegularFile(one.resolve(SUMS), LinkOption.NOFOLLOW_LINKS))
          .max(java.util.Comparator.comparing(Path::getFileName));
    }
  }

  /** Every file that the sums name is there and not empty; whether it is right, a restore shows. */
  private static void missing(Path backup, List<Finding> found) throws IOException {
    for (String line : Files.readAllLines(backup.resolve(SUMS))) {
      String[] words = line.split(" [ *]", 2);
      Path file = backup.resolve(words.length == 2 ? words[1] : line);
      if (!Files.isRegularFile(file) || Files.size(file) == 0) {
        found.add(
            Finding.problem(
                "backup.damaged", file.toString(), "It is missing or empty.", "host/backup.sh"));
      }
    }
  }
}
