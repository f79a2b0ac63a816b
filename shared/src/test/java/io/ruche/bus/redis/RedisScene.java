package io.ruche.bus.redis;

import io.ruche.bus.BusConfig;
import io.ruche.bus.CommandSpec;
import io.ruche.bus.JobState;
import io.ruche.bus.Taken;
import io.ruche.bus.envelope.Envelope;
import io.ruche.bus.envelope.Payload;
import io.ruche.bus.redis.stream.Delivery;
import io.ruche.bus.redis.stream.Groups;
import io.ruche.bus.redis.stream.Replicas;
import io.ruche.bus.redis.stream.StreamKeys;
import io.ruche.bus.redis.work.Announcements;
import io.ruche.bus.redis.work.Ending;
import io.ruche.bus.redis.work.Finisher;
import io.ruche.store.RedisLink;
import io.ruche.store.RedisScript;
import io.ruche.testing.RedisProcess;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A real Redis with the service {@code echo} of tenant {@code koff} on it, and no process else. */
public final class RedisScene implements AutoCloseable {

  public static final String SERVICE = "echo";
  public static final StreamKeys KEYS = new StreamKeys("koff", SERVICE);
  public static final CommandSpec SAY =
      CommandSpec.named("say").completed("said").failed("say-failed");

  final Vertx vertx = Vertx.vertx();
  public final RedisProcess redis;
  public final RedisLink link;

  private RedisScene(RedisProcess redis) {
    this.redis = redis;
    this.link = new RedisLink(vertx, vertx.getOrCreateContext(), "test", redis.url());
  }

  public static RedisScene start(String... settings) throws IOException, TimeoutException {
    RedisScene scene = new RedisScene(RedisProcess.start(settings));
    scene.link.start();
    get(scene.link.connected());
    return scene;
  }

  public static <T> T get(Future<T> future) throws TimeoutException {
    return future.await(10, TimeUnit.SECONDS);
  }

  public static BusConfig config(int entries, int identities, Duration remembrance) {
    return new BusConfig(
        entries,
        Duration.ofDays(7),
        remembrance,
        identities,
        1 << 20,
        256,
        Duration.ofSeconds(5),
        0);
  }

  public static BusConfig config() {
    return config(500_000, 1_000_000, Duration.ofHours(24));
  }

  public void clear() throws TimeoutException {
    send(Command.FLUSHALL);
  }

  public Response send(Command command, Object... args) throws TimeoutException {
    Request request = Request.cmd(command);
    for (Object arg : args) {
      if (arg instanceof byte[] bytes) {
        request.arg(bytes);
      } else {
        request.arg(arg.toString());
      }
    }
    return get(link.send(request));
  }

  public Response run(String script, List<String> keys, Object... args) throws TimeoutException {
    return get(RedisScript.load(Append.class, script).run(link, keys, List.of(args)));
  }

  public Append append(BusConfig config, CommandSpec spec) {
    return new Append(
        link, new Replicas(link, config.replicas()), SERVICE, config, Map.of(spec.name(), spec));
  }

  /** Stores one command and answers with its entry. */
  public String store(Envelope command) throws TimeoutException {
    return store(SAY, command);
  }

  /** Stores one command as {@code spec} has it and answers with its entry. */
  public String store(CommandSpec spec, Envelope command) throws TimeoutException {
    return ((Taken.Stored) get(append(config(), spec).append("", List.of(command))).getFirst())
        .receipt()
        .entry();
  }

  public Groups groups(String group, String consumer) {
    return new Groups(link, SERVICE, group, consumer);
  }

  /** Reads what is new of the command's stream for a consumer. */
  public List<Delivery> read(String consumer, int most) throws TimeoutException {
    Groups groups = groups(SERVICE, consumer);
    get(groups.ensure(List.of(stream())));
    return get(groups.read(List.of(stream()), most));
  }

  /** Commits the end of a delivery in a consumer's name. */
  public Finisher.Verdict finish(String consumer, Delivery delivery, JobState state, Payload result)
      throws TimeoutException {
    List<Envelope> events =
        state == JobState.DONE
            ? Announcements.done(
                SERVICE, SAY, delivery.envelope(), new io.ruche.bus.Outcome.Done(result, List.of()))
            : Announcements.failed(SERVICE, SAY, delivery.envelope(), state, result);
    String reason = state == JobState.DONE ? "" : "because";
    return get(
        new Finisher(link, new Replicas(link, 0), SERVICE, consumer, config())
            .commit(new Ending(delivery, state, reason, result, events)));
  }

  public Finisher.Verdict done(String consumer, Delivery delivery) throws TimeoutException {
    return finish(consumer, delivery, JobState.DONE, Payload.json("{\"ok\":true}"));
  }

  public long length(String stream) throws TimeoutException {
    return send(Command.XLEN, stream).toLong();
  }

  public long pending(String stream, String group) throws TimeoutException {
    return send(Command.XPENDING, stream, group).get(0).toLong();
  }

  /** The name that an entry is pending under, and how often it was delivered. */
  public String owner(String stream, String group, String entry) throws TimeoutException {
    Response found = send(Command.XPENDING, stream, group, entry, entry, 1);
    return found.size() == 0 ? "" : found.get(0).get(1) + "/" + found.get(0).get(3);
  }

  public static String stream() {
    return KEYS.commands("say");
  }

  public static String job(String id) {
    return KEYS.job("say", "n8n", id);
  }

  @Override
  public void close() throws TimeoutException {
    get(link.stop());
    vertx.close().await(10, TimeUnit.SECONDS);
    redis.close();
  }
}
