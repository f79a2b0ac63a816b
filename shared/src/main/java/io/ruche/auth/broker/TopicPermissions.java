package io.ruche.auth.broker;

import io.ruche.auth.ApiKey;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Which topics a key may publish to and subscribe to; everything else is denied.
 *
 * <p>A client publishes below its own {@code cmd} and receives its tenant's events and its own
 * replies and receipts. A device publishes its own telemetry, state and status, and receives what
 * is below its own {@code dev}. Only a device's state and status may be retained.
 */
public final class TopicPermissions {

  /** Longest topic or filter in bytes of UTF-8; MQTT's own bound is 65,535. */
  private static final int LONGEST = 1_024;

  private static final String SHARED = "$share/";

  private TopicPermissions() {}

  /** The filters whose topics the key may publish to, as a broker's access list takes them. */
  public static List<String> publishFilters(ApiKey key) {
    return switch (key.kind()) {
      case CLIENT -> List.of(own(key, "cmd") + "#");
      case DEVICE ->
          List.of(own(key, "dev") + "tele", own(key, "dev") + "state", own(key, "dev") + "status");
    };
  }

  /** The filters that contain every filter the key may subscribe to. */
  public static List<String> subscribeFilters(ApiKey key) {
    return switch (key.kind()) {
      case CLIENT ->
          List.of(
              "ruche/" + key.tenant() + "/evt/#",
              own(key, "reply") + "#",
              own(key, "receipt") + "#");
      case DEVICE -> List.of(own(key, "dev") + "#");
    };
  }

  /**
   * Whether the key may publish to the topic, by itself or as a last will. A retained command is
   * for who takes it to refuse, with an event that says so: not every broker can see the flag.
   */
  public static boolean allowsPublish(ApiKey key, String topic, boolean retained) {
    if (!isUsable(topic) || topic.indexOf('+') >= 0 || topic.indexOf('#') >= 0) {
      return false;
    }
    return switch (key.kind()) {
      case CLIENT -> isBelow(topic, own(key, "cmd"));
      case DEVICE ->
          topic.equals(own(key, "dev") + "state")
              || topic.equals(own(key, "dev") + "status")
              || (topic.equals(own(key, "dev") + "tele") && !retained);
    };
  }

  /**
   * Whether the key may subscribe to the filter: every topic that the filter can match must be one
   * the key may receive. A shared subscription ({@code $share/group/filter}) is judged by its
   * filter.
   */
  public static boolean allowsSubscribe(ApiKey key, String filter) {
    if (!isUsable(filter)) {
      return false;
    }
    String plain = filter;
    if (filter.startsWith(SHARED)) {
      int end = filter.indexOf('/', SHARED.length());
      if (end <= SHARED.length() || hasWildcard(filter.substring(SHARED.length(), end))) {
        return false;
      }
      plain = filter.substring(end + 1);
    }
    String[] levels = plain.split("/", -1);
    if (!isFilter(levels)) {
      return false;
    }
    for (String allowed : subscribeFilters(key)) {
      if (contains(allowed.split("/", -1), levels)) {
        return true;
      }
    }
    return false;
  }

  private static String own(ApiKey key, String branch) {
    return "ruche/" + key.tenant() + "/" + branch + "/" + key.name() + "/";
  }

  private static boolean isBelow(String topic, String prefix) {
    return topic.length() > prefix.length() && topic.startsWith(prefix);
  }

  private static boolean isUsable(String text) {
    return !text.isEmpty()
        && text.indexOf('\0') < 0
        && text.getBytes(StandardCharsets.UTF_8).length <= LONGEST;
  }

  /** A wildcard fills its level, and {@code #} is the last. */
  private static boolean isFilter(String[] levels) {
    for (int i = 0; i < levels.length; i++) {
      boolean partial = levels[i].length() > 1 && hasWildcard(levels[i]);
      boolean early = levels[i].equals("#") && i < levels.length - 1;
      if (partial || early) {
        return false;
      }
    }
    return true;
  }

  private static boolean hasWildcard(String level) {
    return level.indexOf('+') >= 0 || level.indexOf('#') >= 0;
  }

  /**
   * Whether {@code allowed}, plain levels and a {@code #} at its end, contains {@code asked}. MQTT
   * lets {@code a/#} match {@code a} itself, so {@code a} is contained as well.
   */
  private static boolean contains(String[] allowed, String[] asked) {
    int fixed = allowed.length - 1;
    if (asked.length < fixed) {
      return false;
    }
    for (int i = 0; i < fixed; i++) {
      // A wildcard here is wider than the level it would have to be.
      if (!asked[i].equals(allowed[i])) {
        return false;
      }
    }
    return true;
  }
}
