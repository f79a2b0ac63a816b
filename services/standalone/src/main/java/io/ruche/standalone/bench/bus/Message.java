package io.ruche.standalone.bench.bus;

import java.nio.charset.StandardCharsets;

/**
 * The command that is sent: plain JSON of 256 bytes with its id in the reserved object, as n8n
 * sends it.
 */
final class Message {

  static final int BYTES = 256;
  static final String TENANT = "local";
  static final String CLIENT = "load";

  private Message() {}

  /** The body of the command with this id. */
  static byte[] body(String id) {
    String head = "{\"ruche\":{\"id\":\"" + id + "\"},\"text\":\"";
    StringBuilder text = new StringBuilder(BYTES).append(head);
    while (text.length() < BYTES - 2) {
      text.append((char) ('a' + text.length() % 26));
    }
    return text.append("\"}").toString().getBytes(StandardCharsets.US_ASCII);
  }

  static String topic(String tenant) {
    return "ruche/"
        + tenant
        + "/cmd/"
        + CLIENT
        + "/"
        + ServiceMain.SERVICE
        + "/"
        + ServiceMain.COMMAND;
  }

  /** Where the receipts of all commands of this load come. */
  static String receipts(String tenant) {
    return "ruche/" + tenant + "/receipt/" + CLIENT + "/";
  }
}
