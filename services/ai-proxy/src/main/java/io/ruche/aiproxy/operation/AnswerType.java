package io.ruche.aiproxy.operation;

/** What a provider's good answer is made of, as its Content-Type says. */
public enum AnswerType {
  JSON("JSON"),
  /** JSON, plain text or subtitles, as the request wants it. */
  TEXT("JSON or text"),
  /** Passed on at once, since a player begins with the first bytes. */
  AUDIO("audio"),
  /** A file, whatever is in it. Passed on at once. */
  FILE("a file");

  private final String noun;

  AnswerType(String noun) {
    this.noun = noun;
  }

  /** Whether a body of this Content-Type can be such an answer. */
  public boolean is(String contentType) {
    return switch (this) {
      case JSON -> begins(contentType, "application/json");
      case TEXT ->
          begins(contentType, "application/json")
              || begins(contentType, "text/plain")
              || begins(contentType, "text/vtt")
              || begins(contentType, "text/srt")
              || begins(contentType, "application/x-subrip");
      case AUDIO ->
          begins(contentType, "audio/") || begins(contentType, "application/octet-stream");
      case FILE -> true;
    };
  }

  private static boolean begins(String contentType, String with) {
    return contentType.regionMatches(true, 0, with, 0, with.length());
  }

  /** As messages name it. */
  public String noun() {
    return noun;
  }
}
