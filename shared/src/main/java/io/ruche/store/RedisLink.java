package io.ruche.store;

import io.ruche.lifecycle.Dependency;
import io.ruche.lifecycle.Lifecycle;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.ProtocolVersion;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One pipelined connection to a Redis that may come late, go, and come back.
 *
 * <p>Everything runs on one event loop, so requests reach Redis in the order of the calls. A
 * request that was sent before the connection broke fails, and whether Redis carried it out is
 * unknown: callers send only what may be sent twice.
 */
public final class RedisLink implements Lifecycle {

  private static final Logger LOG = LoggerFactory.getLogger(RedisLink.class);
  private static final long FIRST_BACK_OFF_MS = 50;
  private static final long LONGEST_BACK_OFF_MS = 1_000;
  private static final long WATCH_MS = 1_000;

  /** A Redis that answers nothing for this long is given up and dialled again. */
  private static final long SILENCE_MS = 10_000;

  private static final long DIAL_MS = 5_000;

  private static final int MOST_WAITING = 1 << 17;

  private final Vertx vertx;
  private final Context context;
  private final String name;
  private final RedisOptions options;
  private final List<Function<RedisConnection, Future<?>>> greetings = new ArrayList<>();

  private Consumer<Response> pushes = ignored -> {};
  private @Nullable Redis client;
  private volatile @Nullable RedisConnection connection;
  private volatile Dependency state = Dependency.down("not connected yet");
  private Promise<Void> connected = Promise.promise();
  private long backOff = FIRST_BACK_OFF_MS;
  private long lastAnswer;
  private boolean stopped;
  private final AtomicInteger generation = new AtomicInteger();

  /**
   * @param name what the connection is for, as logs and readiness name it
   * @param url {@code redis://[user:password@]host:port[/database]}
   */
  public RedisLink(Vertx vertx, Context context, String name, String url) {
    this.vertx = vertx;
    this.context = context;
    this.name = name;
    this.options =
        new RedisOptions()
            .setConnectionString(url)
            .setMaxPoolSize(1)
            .setMaxPoolWaiting(1)
            .setMaxWaitingHandlers(MOST_WAITING)
            .setPoolRecycleTimeout(-1)
            .setPreferredProtocolVersion(ProtocolVersion.RESP3);
    options.getNetClientOptions().setConnectTimeout(2_000).setTcpNoDelay(true);
  }

  /** Adds what must be said on every new connection before anything else, such as SUBSCRIBE. */
  public void onConnect(Function<RedisConnection, Future<?>> greeting) {
    greetings.add(greeting);
  }

  /**
   * Sets who hears what Redis says unasked.
   *
   * <p>The client takes a push that comes while an answer is awaited for that answer, and hands the
   * answer to this listener instead. So nothing but PING is sent on a connection with pushes, and
   * whatever arrives counts as a sign of life.
   */
  public void onPush(Consumer<Response> listener) {
    pushes = listener;
  }

  /** Begins to dial and completes at once: Redis may come later. */
  @Override
  public Future<Void> start() {
    context.runOnContext(
        ignored -> {
          dial();
          vertx.setPeriodic(WATCH_MS, timer -> watch(timer));
        });
    return Future.succeededFuture();
  }

  @Override
  public Future<Void> stop() {
    Promise<Void> done = Promise.promise();
    context.runOnContext(
        ignored -> {
          stopped = true;
          drop("stopped");
          done.complete();
        });
    return done.future();
  }

  /**
   * Sends one request; fails at once with {@link RedisAwayException} while there is no connection.
   */
  public Future<Response> send(Request request) {
    RedisConnection current = connection;
    if (current == null) {
      return Future.failedFuture(new RedisAwayException(name, state.detail()));
    }
    return current.send(request);
  }

  /** Completes when there is a connection, at once if there is one now. */
  public Future<Void> connected() {
    return connected.future();
  }

  /**
   * Rises with every new connection: of what was sent on a former one and not answered nobody knows
   * whether it was done.
   */
  public int generation() {
    return generation.get();
  }

  /** The event loop on which requests are written and answers arrive. */
  public Context context() {
    return context;
  }

  /** What readiness shows: a cached state, no round trip. */
  public Dependency state() {
    return state;
  }

  private void dial() {
    if (stopped) {
      return;
    }
    Redis fresh = Redis.createClient(vertx, options);
    client = fresh;
    fresh
        .connect()
        .compose(this::greet)
        .timeout(DIAL_MS, TimeUnit.MILLISECONDS)
        .onSuccess(this::adopt)
        .onFailure(this::redial);
  }

  private Future<RedisConnection> greet(RedisConnection fresh) {
    Future<?> greeted = fresh.send(Request.cmd(Command.PING));
    for (Function<RedisConnection, Future<?>> greeting : greetings) {
      greeted = greeted.compose(ignored -> greeting.apply(fresh));
    }
    return greeted.map(fresh);
  }

  private void adopt(RedisConnection fresh) {
    fresh.exceptionHandler(failure -> lost(fresh, String.valueOf(failure.getMessage())));
    fresh.handler(
        said -> {
          lastAnswer = System.nanoTime();
          pushes.accept(said);
        });
    fresh.endHandler(ignored -> lost(fresh, "the connection closed"));
    backOff = FIRST_BACK_OFF_MS;
    lastAnswer = System.nanoTime();
    generation.incrementAndGet();
    connection = fresh;
    state = Dependency.up();
    LOG.info("Redis {}: connected", name);
    connected.tryComplete();
  }

  private void lost(RedisConnection old, String why) {
    if (connection == old) {
      LOG.warn("Redis {}: lost, {}", name, why);
      drop(why);
      dial();
    }
  }

  private void redial(Throwable failure) {
    if (!stopped) {
      drop(String.valueOf(failure.getMessage()));
      vertx.setTimer(backOff, ignored -> dial());
      backOff = Math.min(backOff * 2, LONGEST_BACK_OFF_MS);
    }
  }

  private void drop(String why) {
    connection = null;
    state = Dependency.down(why);
    if (connected.future().isComplete()) {
      connected = Promise.promise();
    }
    if (client != null) {
      client.close();
      client = null;
    }
  }

  /** A stopped or partitioned Redis closes nothing, so silence is what tells. */
  private void watch(long timer) {
    if (stopped) {
      vertx.cancelTimer(timer);
      return;
    }
    RedisConnection current = connection;
    if (current == null) {
      return;
    }
    if (System.nanoTime() - lastAnswer > SILENCE_MS * 1_000_000) {
      lost(current, "no answer for " + SILENCE_MS / 1_000 + " s");
    } else {
      current.send(Request.cmd(Command.PING)).onSuccess(pong -> lastAnswer = System.nanoTime());
    }
  }
}
