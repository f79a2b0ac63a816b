package io.ruche.http.port;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds who listens on a port, from /proc on Linux; elsewhere it is "another process". */
final class PortHolder {

  private static final String LISTENING = "0A";
  private static final int MAX_COMMAND = 60;

  private PortHolder() {}

  /** The holder as an operator would look for it: {@code process 4711 (redis-server)}. Blocks. */
  static String find(int port) {
    Set<String> sockets = new HashSet<>();
    for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
      collect(Path.of(table), port, sockets);
    }
    if (sockets.isEmpty()) {
      return "another process";
    }
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (Path process : processes) {
        if (holds(process, sockets)) {
          return "process " + process.getFileName() + command(process);
        }
      }
    } catch (IOException e) {
      return "another process";
    }
    return "a process of another user";
  }

  /** Adds the inodes of the sockets that listen on a port. */
  private static void collect(Path table, int port, Set<String> sockets) {
    String wanted = String.format(Locale.ROOT, ":%04X", port);
    try {
      for (String line : Files.readAllLines(table)) {
        String[] field = line.trim().split("\\s+", -1);
        if (field.length > 9 && field[3].equals(LISTENING) && field[1].endsWith(wanted)) {
          sockets.add("socket:[" + field[9] + "]");
        }
      }
    } catch (IOException e) {
      // No such table: not Linux, or no IPv6.
    }
  }

  private static boolean holds(Path process, Set<String> sockets) {
    try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
      for (Path descriptor : descriptors) {
        String target = target(descriptor);
        if (target != null && sockets.contains(target)) {
          return true;
        }
      }
    } catch (IOException e) {
      // Another user's process, or one that has just ended.
    }
    return false;
  }

  private static @Nullable String target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (IOException e) {
      return null;
    }
  }

  private static String command(Path process) {
    try {
      String name = Files.readString(process.resolve("comm")).trim();
      return " (" + name.substring(0, Math.min(name.length(), MAX_COMMAND)) + ")";
    } catch (IOException e) {
      return "";
    }
  }
}
