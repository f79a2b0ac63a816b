package io.ruche.standalone;

import io.ruche.standalone.broker.BrokerAccess;
import io.ruche.standalone.machine.StartFailure;
import io.ruche.standalone.stores.EmbeddedStores;
import io.ruche.standalone.stores.StoreSettings;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Starts the embedded stores, prints where they are, and waits. */
public final class Ruche {
  private Ruche() {}

  /** {@code up [--data DIR]}. */
  public static void main(String[] args) throws InterruptedException {
    String folder = args.length > 2 ? args[2] : System.getenv().getOrDefault("RUCHE_DATA", "data");
    EmbeddedStores stores;
    try {
      stores =
          EmbeddedStores.start(
              StoreSettings.defaults(Path.of(folder)), new Nobody(), System.err::println);
    } catch (StartFailure e) {
      e.problems().forEach(System.err::println);
      System.exit(1);
      return;
    }
    Runtime.getRuntime().addShutdownHook(new Thread(stores::close, "stop"));
    long since = System.currentTimeMillis() - ManagementFactory.getRuntimeMXBean().getStartTime();
    stores
        .times()
        .forEach((name, time) -> System.err.println(name + " " + time.toMillis() + " ms"));
    System.out.println("ready after " + since + " ms: " + stores.urls());
    new CountDownLatch(1).await(Long.MAX_VALUE, TimeUnit.DAYS);
  }

  /** Lets only Ruche itself in. */
  private static final class Nobody implements BrokerAccess {
    @Override
    public CompletionStage<Admission> authenticate(String username, String password) {
      return CompletableFuture.completedFuture(new Admission.Unavailable("no keys are loaded"));
    }

    @Override
    public Permission mayPublish(Session session, String topic, int qos, boolean retain) {
      return new Permission.Denied("no keys are loaded");
    }

    @Override
    public Permission maySubscribe(Session session, String filter) {
      return new Permission.Denied("no keys are loaded");
    }
  }
}
