package io.ruche.standalone.machine;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * How to run a program that refuses to run as root.
 *
 * @param prefix the words before the command; none where Ruche itself is not root
 * @param owner the user id that must own the program's data, seen from outside
 * @param isStranger whether the program is stopped by folders that only root may enter, although it
 *     may open what is in them: its own files must lie elsewhere
 */
public record Unprivileged(List<String> prefix, int owner, boolean isStranger) {
  private static final int NOBODY = 65_534;
  private static final long PROBE_SECONDS = 5;

  /** As root outside, but as an unmapped user to the program itself. */
  private static final List<String> IN_A_NAMESPACE = List.of("unshare", "--user");

  /** As nobody, who may open what is in closed folders; access(2), which looks first, says no. */
  private static final List<String> AS_NOBODY =
      List.of(
          "setpriv",
          "--reuid=" + NOBODY,
          "--regid=" + NOBODY,
          "--clear-groups",
          "--inh-caps=+dac_override",
          "--ambient-caps=+dac_override");

  /**
   * The first way that works here: containers mostly forbid namespaces.
   *
   * @param program what needs it, for the message
   * @param reach a folder that the program must be able to enter
   * @param instead what to do where none works, as a phrase
   */
  public static Unprivileged find(String program, Path reach, String instead) {
    long uid = new UnixSystem().getUid();
    if (uid != 0) {
      return new Unprivileged(List.of(), (int) uid, false);
    }
    if (works(IN_A_NAMESPACE, reach)) {
      return new Unprivileged(IN_A_NAMESPACE, 0, false);
    }
    if (works(AS_NOBODY, reach)) {
      return new Unprivileged(AS_NOBODY, NOBODY, true);
    }
    throw new StartFailure(
        "%s does not run as root, and this machine lets root neither make a user namespace (unshare) nor become another user (setpriv). Run Ruche as a normal user, or %s."
            .formatted(program, instead));
  }

  /** The command with the words before it. */
  public List<String> command(List<String> command) {
    List<String> whole = new ArrayList<>(prefix);
    whole.addAll(command);
    return whole;
  }

  /** Gives a folder and all below it to the owner, where it is not theirs yet. */
  public void own(Path folder) throws IOException {
    if (isOwned(folder)) {
      return;
    }
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.toList()) {
        Files.setAttribute(path, "unix:uid", owner, LinkOption.NOFOLLOW_LINKS);
      }
    }
  }

  private boolean isOwned(Path folder) throws IOException {
    return Files.getAttribute(folder, "unix:uid") instanceof Integer uid && uid == owner;
  }

  private static boolean works(List<String> prefix, Path reach) {
    List<String> command = new ArrayList<>(prefix);
    String test = "test \"$(id -u)\" != 0 && cd \"$1\"";
    command.addAll(List.of("sh", "-c", test, "sh", reach.toString()));
    try {
      Process probe =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      try {
        return probe.waitFor(PROBE_SECONDS, TimeUnit.SECONDS) && probe.exitValue() == 0;
      } finally {
        probe.destroyForcibly();
      }
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
