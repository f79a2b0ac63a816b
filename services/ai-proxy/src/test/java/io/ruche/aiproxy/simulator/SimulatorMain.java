package io.ruche.aiproxy.simulator;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The simulator as a process of its own: {@code SimulatorMain PORT} behaves as asked, {@code
 * SimulatorMain PORT fixed} answers at once and always the same. Prints one line when it listens
 * and runs until it is killed.
 */
public final class SimulatorMain {

  private SimulatorMain() {}

  /** Arguments: the port, and {@code fixed} for benchmarks. */
  public static void main(String[] args) throws TimeoutException {
    int port = Integer.parseInt(args[0]);
    boolean fixed = args.length > 1 && args[1].equals("fixed");
    Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    if (fixed) {
      FixedProvider.start(vertx, port).await(10, TimeUnit.SECONDS);
    } else {
      ProviderSimulator.start(vertx, port).await(10, TimeUnit.SECONDS);
    }
    System.out.println("listening on 127.0.0.1:" + port);
  }
}
