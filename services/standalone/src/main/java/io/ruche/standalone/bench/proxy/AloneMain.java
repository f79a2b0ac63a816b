package io.ruche.standalone.bench.proxy;

import io.ruche.aiproxy.AiProxy;
import io.ruche.standalone.bench.process.Answers;

/** ai-proxy in a process of its own, as a container has it, ending with the benchmark. */
public final class AloneMain {

  private AloneMain() {}

  /** No arguments; the stores are named by variables. */
  public static void main(String[] args) throws Exception {
    Answers.endWithInput();
    AiProxy.main(args);
  }
}
