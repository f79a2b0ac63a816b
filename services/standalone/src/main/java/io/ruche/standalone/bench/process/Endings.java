package io.ruche.standalone.bench.process;

import java.util.concurrent.ConcurrentLinkedDeque;

/**
 * What is to be done when a benchmark is over, last come first done: also when it is interrupted,
 * so that no store of it is left running.
 */
public final class Endings implements AutoCloseable {

  private final ConcurrentLinkedDeque<Runnable> waiting = new ConcurrentLinkedDeque<>();
  private final Thread hook = new Thread(this::endAll, "endings");

  public Endings() {
    Runtime.getRuntime().addShutdownHook(hook);
  }

  public void add(Runnable ending) {
    waiting.push(ending);
  }

  @Override
  public void close() {
    endAll();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException shuttingDown) {
      // Then the hook has run or runs.
    }
  }

  private void endAll() {
    for (Runnable next = waiting.poll(); next != null; next = waiting.poll()) {
      next.run();
    }
  }
}
