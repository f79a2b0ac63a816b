package io.ruche.backbone;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;

/** Makes the Vert.x of a process. */
public final class EventLoops {

  private EventLoops() {}

  /** Event loops on epoll where the machine has it: less processor time a packet than NIO takes. */
  public static Vertx start() {
    return Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
  }
}
