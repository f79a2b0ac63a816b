package io.ruche.standalone.stores;

import io.ruche.standalone.broker.BrokerAccess;
import io.ruche.standalone.broker.BrokerLimits;
import io.ruche.standalone.stores.StoreSettings.Given;
import io.ruche.standalone.stores.StoreSettings.RedisMemory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Settings with ports that are free now, and a program that starts stores with them. */
final class StoresForTests {
  private static final URI ELSEWHERE = URI.create("mqtt://127.0.0.1:1");

  private StoresForTests() {}

  /** Everything embedded. */
  static StoreSettings all(Path data, StorePorts ports) {
    return new StoreSettings(
        data, ports, Given.none(), BrokerLimits.defaults(), new RedisMemory(256 << 20, 64 << 20));
  }

  /** The stores that have processes of their own. */
  static StoreSettings processes(Path data, StorePorts ports) {
    Given given =
        new Given(ELSEWHERE, null, null, null, new StoreUrls.S3(ELSEWHERE, "key", "secret"));
    return new StoreSettings(
        data, ports, given, BrokerLimits.defaults(), new RedisMemory(256 << 20, 64 << 20));
  }

  static StorePorts freePorts() throws IOException {
    List<ServerSocket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < 5; i++) {
        sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
      }
      int[] ports = sockets.stream().mapToInt(ServerSocket::getLocalPort).toArray();
      return new StorePorts(ports[0], ports[1], ports[2], ports[3], ports[4]);
    } finally {
      for (ServerSocket socket : sockets) {
        socket.close();
      }
    }
  }

  /** Lets only Ruche itself in. */
  static final class Nobody implements BrokerAccess {
    @Override
    public CompletionStage<Admission> authenticate(String username, String password) {
      return CompletableFuture.completedFuture(new Admission.Refused("nobody is known"));
    }

    @Override
    public Permission mayPublish(Session session, String topic, int qos, boolean retain) {
      return new Permission.Denied("nobody is known");
    }

    @Override
    public Permission maySubscribe(Session session, String filter) {
      return new Permission.Denied("nobody is known");
    }
  }

  /** Starts the stores with processes, says {@code ready} and waits to be killed. */
  public static void main(String[] args) throws InterruptedException {
    StorePorts ports =
        new StorePorts(
            Integer.parseInt(args[1]),
            Integer.parseInt(args[2]),
            Integer.parseInt(args[3]),
            Integer.parseInt(args[4]),
            Integer.parseInt(args[5]));
    try (EmbeddedStores stores =
        EmbeddedStores.start(
            processes(Path.of(args[0]), ports), new Nobody(), line -> System.err.println(line))) {
      System.out.println("ready " + stores.urls());
      new CountDownLatch(1).await(10, TimeUnit.MINUTES);
    }
  }
}
