package io.ruche.aiproxy.ledger.journal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The folders 0, 1, 2 ... of the processes that share a journal's folder. Who has the lock of one
 * owns it; the system takes the lock from a process that is dead, and from no other.
 */
final class Slots {

  private static final int MOST = 1_024;
  private static final String LOCK = "lock";

  /**
   * Slots of this JVM. A file lock belongs to the whole process, and closing any channel on the
   * file gives it up: a second open in the same JVM must not touch the file at all.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path root;

  /** Makes the folder when it is missing. */
  Slots(Path root) throws IOException {
    Files.createDirectories(root);
    this.root = root.toRealPath();
  }

  Path root() {
    return root;
  }

  /** Takes the first slot that nobody has. */
  Slot claim() throws IOException {
    for (int number = 0; number < MOST; number++) {
      Path folder = root.resolve(Integer.toString(number));
      Files.createDirectories(folder);
      Slot slot = take(folder);
      if (slot != null) {
        return slot;
      }
    }
    throw new IOException("all " + MOST + " slots of " + root + " are held by live processes");
  }

  /** Takes the slots of dead processes that left segments behind. */
  List<Slot> abandoned() throws IOException {
    List<Slot> slots = new ArrayList<>();
    try (Stream<Path> folders = Files.list(root)) {
      for (Path folder : folders.filter(Slots::isSlot).sorted().toList()) {
        if (!HELD.contains(folder) && !Slot.segments(folder).isEmpty()) {
          Slot slot = take(folder);
          if (slot != null) {
            slots.add(slot);
          }
        }
      }
    }
    return slots;
  }

  private static boolean isSlot(Path folder) {
    return folder.getFileName().toString().matches("[0-9]{1,4}") && Files.isDirectory(folder);
  }

  private static @Nullable Slot take(Path folder) throws IOException {
    if (!HELD.add(folder)) {
      return null;
    }
    FileChannel channel = null;
    FileLock lock = null;
    try {
      channel =
          FileChannel.open(
              folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      lock = channel.tryLock();
    } catch (NoSuchFileException removed) {
      // Somebody has cleared the folder away by hand.
      return null;
    } finally {
      if (lock == null) {
        if (channel != null) {
          channel.close();
        }
        HELD.remove(folder);
      }
    }
    return lock == null ? null : new Slot(folder, channel, () -> HELD.remove(folder));
  }
}
