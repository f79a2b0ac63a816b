package io.ruche.aiproxy.simulator;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The simulator as a process of its own: {@code SimulatorMain PORT} behaves as asked, {@code
 * SimulatorMain PORT fixed} answers at once and always the same, {@code SimulatorMain PORT open}
 * behaves as asked by anybody who reaches this machine. Prints one line when it listens and runs
 * until it is killed.
 */
public final class SimulatorMain {

  private SimulatorMain() {}

  /** Arguments: the port, and {@code fixed} for benchmarks or {@code open} in a container. */
  public static void main(String[] args) throws TimeoutException {
    int port = Integer.parseInt(args[0]);
    String kind = args.length > 1 ? args[1] : "";
    String host = kind.equals("open") ? "0.0.0.0" : "127.0.0.1";
    Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    if (kind.equals("fixed")) {
      FixedProvider.start(vertx, port).await(10, TimeUnit.SECONDS);
    } else {
      ProviderSimulator.start(vertx, host, port).await(10, TimeUnit.SECONDS);
    }
    System.out.println("listening on " + host + ":" + port);
  }
}
