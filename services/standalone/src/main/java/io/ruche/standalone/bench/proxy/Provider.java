package io.ruche.standalone.bench.proxy;

/** What is asked and what the simulated provider answers, always and at once. */
final class Provider {

  static final String PATH = "/v1/chat/completions";

  /** In each piece of a stream, before the moment in which it was written, in nanoseconds. */
  static final String STAMP = "\"written\":";

  static final String ANSWER =
      """
      {"id":"chatcmpl-1","object":"chat.completion","created":1790000000,"model":"llama-3.3-70b-versatile",\
      "choices":[{"index":0,"message":{"role":"assistant","content":"Hello."},"logprobs":null,\
      "finish_reason":"stop"}],"usage":{"queue_time":0.01,"prompt_tokens":38,"prompt_time":0.002,\
      "completion_tokens":3,"completion_time":0.01,"total_tokens":41,"total_time":0.012},\
      "system_fingerprint":"fp_bench"}""";

  private static final String SENTENCE = "Say hello. ";

  private Provider() {}

  /**
   * A question.
   *
   * @param bytes of the whole body; a shorter one than there can be is one sentence long
   */
  static String question(int bytes, boolean stream) {
    String head =
        "{\"model\":\"llama-3.3-70b-versatile\",\"messages\":[{\"role\":\"user\",\"content\":\"";
    String tail = "\"}],\"temperature\":0" + (stream ? ",\"stream\":true}" : "}");
    int length = Math.max(SENTENCE.length(), bytes - head.length() - tail.length());
    String text = SENTENCE.repeat(length / SENTENCE.length() + 1).substring(0, length);
    return head + text + tail;
  }

  /** One piece of a stream, written now. */
  static String piece() {
    return """
        data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1790000000,\
        "model":"llama-3.3-70b-versatile","choices":[{"index":0,"delta":{"content":" hello"},\
        "finish_reason":null}],%s%d}

        """
        .formatted(STAMP, System.nanoTime());
  }
}
