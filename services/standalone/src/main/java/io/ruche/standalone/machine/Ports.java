package io.ruche.standalone.machine;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The TCP ports of 127.0.0.1: which are free, and who holds the others. */
public final class Ports {
  private static final int WORDS_BEFORE_INODE = 9;
  private static final int MAX_COMMAND = 120;

  private Ports() {}

  /**
   * A port that something is about to listen on.
   *
   * @param purpose what for, as the message names it: {@code Redis for the bus}
   * @param change what its user can do to use another, as a phrase: {@code set RUCHE_X to ...}
   */
  public record Wanted(String purpose, int port, String change) {}

  /**
   * Checks that each can be bound on 127.0.0.1.
   *
   * @throws StartFailure with a line for each that is taken: by whom, and how to change it
   */
  public static void requireFree(Collection<Wanted> wanted) {
    List<String> problems = new ArrayList<>();
    Set<Integer> seen = new HashSet<>();
    for (Wanted one : wanted) {
      if (!seen.add(one.port()) && one.port() != 0) {
        problems.add(
            "Port %d is asked for twice, the second time for %s: %s."
                .formatted(one.port(), one.purpose(), one.change()));
      } else if (!isFree(one.port())) {
        problems.add(
            "Port %d (%s) is taken by %s. Stop that, or %s."
                .formatted(
                    one.port(),
                    one.purpose(),
                    holder(one.port()).orElse("a process of another user"),
                    one.change()));
      }
    }
    if (!problems.isEmpty()) {
      throw new StartFailure(problems);
    }
  }

  /** Whether a listener could be opened on this port of 127.0.0.1 now. */
  public static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Who listens on this port, as {@code pid 812 (redis-server *:6379)}; empty where unknown. */
  public static Optional<String> holder(int port) {
    Set<String> sockets = new HashSet<>();
    listeners(Path.of("/proc/net/tcp"), port, sockets);
    listeners(Path.of("/proc/net/tcp6"), port, sockets);
    if (sockets.isEmpty()) {
      return Optional.empty();
    }
    return ProcessHandle.allProcesses()
        .filter(process -> holdsOne(process.pid(), sockets))
        .findFirst()
        .map(process -> "pid %d (%s)".formatted(process.pid(), describe(process.pid())));
  }

  /** Adds the link targets ({@code socket:[inode]}) of the sockets that listen on this port. */
  private static void listeners(Path table, int port, Set<String> into) {
    String local = ":%04X".formatted(port);
    try {
      for (String line : Files.readAllLines(table)) {
        String[] words = line.strip().split("\\s+", -1);
        boolean listens = words.length > WORDS_BEFORE_INODE && words[3].equals("0A");
        if (listens && words[1].endsWith(local)) {
          into.add("socket:[" + words[WORDS_BEFORE_INODE] + "]");
        }
      }
    } catch (IOException e) {
      // Not Linux, or /proc is not mounted: the holder stays unknown.
    }
  }

  private static boolean holdsOne(long pid, Set<String> sockets) {
    try (DirectoryStream<Path> descriptors =
        Files.newDirectoryStream(Path.of("/proc/" + pid + "/fd"))) {
      for (Path descriptor : descriptors) {
        String target = linkTarget(descriptor);
        if (target != null && sockets.contains(target)) {
          return true;
        }
      }
    } catch (IOException e) {
      // Another user's process, or one that has just ended.
    }
    return false;
  }

  private static @Nullable String linkTarget(Path link) {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (IOException e) {
      return null;
    }
  }

  private static String describe(long pid) {
    String command = LeftOvers.commandLine(pid).replace('\0', ' ').strip();
    return command.length() > MAX_COMMAND ? command.substring(0, MAX_COMMAND) + "..." : command;
  }
}
