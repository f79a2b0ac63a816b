package io.ruche.aiproxy.operation;

/** What a provider's good answer is made of, as its Content-Type says. */
public enum AnswerType {
  JSON("JSON", "application/json"),
  /** JSON, plain text or subtitles, as the request wants it. */
  TEXT(
      "JSON or text",
      "application/json",
      "text/plain",
      "text/vtt",
      "text/srt",
      "application/x-subrip"),
  /** Passed on at once, since a player begins with the first bytes. */
  AUDIO("audio", "audio/", "application/octet-stream");

  private final String noun;
  private final String[] beginnings;

  AnswerType(String noun, String... beginnings) {
    this.noun = noun;
    this.beginnings = beginnings;
  }

  /** Whether a body of this Content-Type can be such an answer. */
  public boolean is(String contentType) {
    for (String beginning : beginnings) {
      if (contentType.regionMatches(true, 0, beginning, 0, beginning.length())) {
        return true;
      }
    }
    return false;
  }

  /** As messages name it. */
  public String noun() {
    return noun;
  }
}
