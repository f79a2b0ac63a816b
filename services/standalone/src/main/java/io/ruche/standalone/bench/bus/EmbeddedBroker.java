package io.ruche.standalone.bench.bus;

import io.ruche.standalone.bench.process.FreePort;
import io.ruche.standalone.broker.BrokerAccess;
import io.ruche.standalone.broker.BrokerLimits;
import io.ruche.standalone.broker.EmbeddedHiveMq;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** HiveMQ CE as {@code ./ruche up} embeds it; nobody but the benchmark gets in. */
final class EmbeddedBroker {

  private static final int PASSWORD_BYTES = 16;

  private EmbeddedBroker() {}

  static URI start(Path folder) throws Exception {
    byte[] password = new byte[PASSWORD_BYTES];
    new SecureRandom().nextBytes(password);
    EmbeddedHiveMq broker =
        new EmbeddedHiveMq(
            folder.resolve("hivemq"),
            FreePort.find(),
            BrokerLimits.defaults(),
            HexFormat.of().formatHex(password),
            new Nobody(),
            drop -> System.err.println("the broker dropped messages: " + drop));
    broker.start();
    return broker.url();
  }

  private static final class Nobody implements BrokerAccess {

    @Override
    public CompletionStage<Admission> authenticate(String username, String password) {
      return CompletableFuture.completedFuture(new Admission.Refused("a benchmark runs here"));
    }

    @Override
    public Permission mayPublish(Session session, String topic, int qos, boolean retain) {
      return new Permission.Denied("a benchmark runs here");
    }

    @Override
    public Permission maySubscribe(Session session, String filter) {
      return new Permission.Denied("a benchmark runs here");
    }
  }
}
