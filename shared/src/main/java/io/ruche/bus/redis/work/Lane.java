package io.ruche.bus.redis.work;

import io.ruche.bus.redis.stream.Beats;
import io.vertx.core.Future;
import java.util.List;

/** The way of one kind of command through this process. Everything happens on one event loop. */
interface Lane {

  /** Something may have been added to this stream. */
  void ring(String stream);

  /** A tenant exists, so its streams are to be looked at. */
  void addTenant(String tenant);

  /** Once a second: look everywhere, take what is due, take over what the dead have left. */
  Future<Void> tick(Beats beats);

  /** Takes nothing new; completes when nothing is in hand. */
  Future<Void> drain();

  /** How many commands are in hand. */
  int inHand();

  /** The streams that this lane reads, for trimming and measuring. */
  List<String> streams();
}
