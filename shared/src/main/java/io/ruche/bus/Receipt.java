package io.ruche.bus;

/**
 * "Durably accepted": the command is on disk and will take effect once.
 *
 * @param stream the Redis stream that holds it
 * @param entry its entry there
 */
public record Receipt(String id, String stream, String entry) {

  /** The body of a receipt message and of a 202: every part is of a safe alphabet. */
  public String toJson() {
    return "{\"id\":\"" + id + "\",\"stream\":\"" + stream + "\",\"entry\":\"" + entry + "\"}";
  }
}
