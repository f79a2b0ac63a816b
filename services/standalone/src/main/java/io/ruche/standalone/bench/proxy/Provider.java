package io.ruche.standalone.bench.proxy;

/** What is asked and what the simulated provider answers, always and at once. */
final class Provider {

  static final String PATH = "/v1/chat/completions";

  static final String QUESTION =
      """
      {"model":"llama-3.3-70b-versatile","messages":[{"role":"user","content":"Say hello."}],"temperature":0}""";

  static final String ANSWER =
      """
      {"id":"chatcmpl-1","object":"chat.completion","created":1790000000,"model":"llama-3.3-70b-versatile",\
      "choices":[{"index":0,"message":{"role":"assistant","content":"Hello."},"logprobs":null,\
      "finish_reason":"stop"}],"usage":{"queue_time":0.01,"prompt_tokens":38,"prompt_time":0.002,\
      "completion_tokens":3,"completion_time":0.01,"total_tokens":41,"total_time":0.012},\
      "system_fingerprint":"fp_bench"}""";

  private Provider() {}
}
