package io.ruche.standalone.machine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Processes that a killed instance left running: those that execute a program of the data folder.
 * Whoever holds the folder's lock knows that they are nobody else's, and no pid file can be stale
 * or missing.
 */
public final class LeftOvers {
  private static final Duration GRACE = Duration.ofSeconds(5);

  private LeftOvers() {}

  /** The processes that run a program below this folder, parents without their children. */
  public static List<ProcessHandle> find(Path programs) {
    List<ProcessHandle> found =
        ProcessHandle.allProcesses().filter(process -> runsBelow(process, programs)).toList();
    Set<Long> pids = found.stream().map(ProcessHandle::pid).collect(Collectors.toSet());
    return found.stream()
        .filter(
            process -> process.parent().map(parent -> !pids.contains(parent.pid())).orElse(true))
        .toList();
  }

  /**
   * Stops them: asks first, waits at most 5 s, then kills. Says one line for each.
   *
   * @throws StartFailure when one cannot be stopped
   */
  public static void stop(DataFolder data, Consumer<String> say) {
    List<ProcessHandle> found = new ArrayList<>(find(data.programs()));
    found.addAll(find(data.openProgramsPath()));
    if (found.isEmpty()) {
      return;
    }
    long began = System.nanoTime();
    List<String> names = found.stream().map(LeftOvers::name).toList();
    Signals.interrupt(found);
    List<String> stuck = new ArrayList<>();
    for (int i = 0; i < found.size(); i++) {
      ProcessHandle process = found.get(i);
      String how = "Stopped";
      if (!Signals.awaitEnd(process, GRACE)) {
        process.destroyForcibly();
        how = "Killed";
        if (!Signals.awaitEnd(process, GRACE)) {
          stuck.add(
              "%s (pid %d), left running by a killed instance, cannot be stopped; end it with: kill -9 %d"
                  .formatted(names.get(i), process.pid(), process.pid()));
          continue;
        }
      }
      say.accept(
          "%s %s (pid %d), left running by an instance that was killed, after %d ms"
              .formatted(
                  how, names.get(i), process.pid(), (System.nanoTime() - began) / 1_000_000));
    }
    if (!stuck.isEmpty()) {
      throw new StartFailure(stuck);
    }
  }

  private static boolean runsBelow(ProcessHandle process, Path bin) {
    if (process.info().command().map(command -> Path.of(command).startsWith(bin)).orElse(false)) {
      return true;
    }
    // The executable's link is hidden from us where the process gave up root (PostgreSQL does).
    String first = commandLine(process.pid()).split("\0", 2)[0];
    return first.startsWith("/") && Path.of(first).startsWith(bin);
  }

  private static String name(ProcessHandle process) {
    String[] words = commandLine(process.pid()).split("\0", 3);
    String binary =
        process
            .info()
            .command()
            .map(command -> String.valueOf(Path.of(command).getFileName()))
            .orElse(words[0]);
    return words.length > 1 && words[1].startsWith("/") ? binary + " " + words[1] : binary;
  }

  /** The words of a process' command line, separated by NUL; empty where it cannot be read. */
  static String commandLine(long pid) {
    try {
      return new String(
          Files.readAllBytes(Path.of("/proc/" + pid + "/cmdline")), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }
}
