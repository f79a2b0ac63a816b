package io.ruche.bus.envelope;

import io.ruche.bus.envelope.Refusal.Reason;

/** The topic tree below {@code ruche/}. */
public final class Topics {

  private static final String ROOT = "ruche/";

  private Topics() {}

  /**
   * Where a command came from.
   *
   * @param client the name of the API key, which the broker lets publish below its own name only
   */
  public record CommandTopic(String tenant, String client, String service, String command) {}

  /** Matches every command of every tenant for one service. */
  public static String commandsOf(String service) {
    return ROOT + "+/cmd/+/" + service + "/+";
  }

  /** Matches the commands of one tenant for one service. */
  public static String commandsOf(String service, String tenant) {
    return ROOT + tenant + "/cmd/+/" + service + "/+";
  }

  public static String command(String tenant, String client, String service, String command) {
    return ROOT + tenant + "/cmd/" + client + "/" + service + "/" + command;
  }

  public static String event(String tenant, String service, String event) {
    return ROOT + tenant + "/evt/" + service + "/" + event;
  }

  /** All replies to one client are below this, which ends in a slash. */
  public static String replies(String tenant, String client) {
    return ROOT + tenant + "/reply/" + client + "/";
  }

  public static String receipt(String tenant, String client, String id) {
    return ROOT + tenant + "/receipt/" + client + "/" + id;
  }

  /** Takes a command topic apart, or says which level is wrong. */
  public static CommandTopic parseCommand(String topic) throws Refusal {
    String[] levels = topic.split("/", -1);
    if (levels.length != 6 || !levels[0].equals("ruche") || !levels[2].equals("cmd")) {
      throw new Refusal(
          Reason.BAD_TOPIC,
          "topic '" + topic + "' is not ruche/{tenant}/cmd/{client}/{service}/{command}");
    }
    for (int i : new int[] {1, 3, 4, 5}) {
      if (!Identifiers.isLevel(levels[i])) {
        throw new Refusal(
            Reason.BAD_TOPIC,
            "level " + (i + 1) + " of topic '" + topic + "' must be 1 to 64 of a-z, 0-9, '_', '-'");
      }
    }
    return new CommandTopic(levels[1], levels[3], levels[4], levels[5]);
  }

  /** Whether {@code topic} is a plain topic below the client's own replies. */
  public static boolean isOwnReply(String topic, String tenant, String client) {
    String own = replies(tenant, client);
    if (!topic.startsWith(own) || topic.length() == own.length() || topic.length() > 256) {
      return false;
    }
    for (String level : topic.substring(own.length()).split("/", -1)) {
      if (!Identifiers.isId(level)) {
        return false;
      }
    }
    return true;
  }
}
