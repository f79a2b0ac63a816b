package io.ruche.standalone.bench.proxy;

import io.ruche.standalone.Ruche;
import io.ruche.standalone.bench.process.Answers;

/** {@code ruche up}, as its users run it, but ending with the benchmark that started it. */
public final class UpMain {

  private UpMain() {}

  /** Arguments: those of {@code ruche}. */
  public static void main(String[] args) throws Exception {
    Answers.endWithInput();
    Ruche.main(args);
  }
}
