package io.ruche.aiproxy.operation;

/** What can be asked of a model, and where an OpenAI-compatible provider takes it. */
public enum Operation {
  CHAT("chat", "/chat/completions", AnswerType.JSON),
  RESPONSES("responses", "/responses", AnswerType.JSON),
  EMBEDDINGS("embeddings", "/embeddings", AnswerType.JSON),
  TRANSCRIPTION("transcription", "/audio/transcriptions", AnswerType.TEXT),
  TRANSLATION("translation", "/audio/translations", AnswerType.TEXT),
  SPEECH("speech", "/audio/speech", AnswerType.AUDIO);

  private final String word;
  private final String path;
  private final AnswerType answer;

  Operation(String word, String path, AnswerType answer) {
    this.word = word;
    this.path = path;
    this.answer = answer;
  }

  /** As rows of the ledger and metrics name it. */
  public String word() {
    return word;
  }

  /** Behind a provider's address, and behind {@code /v1} here. */
  public String path() {
    return path;
  }

  /** What a good answer is made of, when it is no stream of events. */
  public AnswerType answer() {
    return answer;
  }
}
