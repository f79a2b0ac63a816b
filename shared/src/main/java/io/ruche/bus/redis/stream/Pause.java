package io.ruche.bus.redis.stream;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;

/** A wait without a thread. */
public final class Pause {

  private Pause() {}

  public static Future<Void> ofMillis(Context context, long millis) {
    Promise<Void> over = Promise.promise();
    context.owner().setTimer(millis, ignored -> over.complete());
    return over.future();
  }
}
