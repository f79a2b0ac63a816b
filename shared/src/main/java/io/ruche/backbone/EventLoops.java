package io.ruche.backbone;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.dns.AddressResolverOptions;

/** Makes the Vert.x of a process. */
public final class EventLoops {

  /**
   * Seconds. A container that comes back may have another address, and Docker lets names live 600
   * s.
   */
  private static final int LONGEST_ADDRESS_LIFE = 5;

  private EventLoops() {}

  /** Event loops on epoll where the machine has it: less processor time a packet than NIO takes. */
  public static Vertx start() {
    return Vertx.vertx(options());
  }

  static VertxOptions options() {
    return new VertxOptions()
        .setPreferNativeTransport(true)
        .setAddressResolverOptions(
            new AddressResolverOptions().setCacheMaxTimeToLive(LONGEST_ADDRESS_LIFE));
  }
}
