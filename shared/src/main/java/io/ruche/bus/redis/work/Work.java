package io.ruche.bus.redis.work;

import io.ruche.bus.BusConfig;
import io.ruche.bus.BusMetrics;
import io.ruche.bus.CommandHandler;
import io.ruche.bus.CommandSpec;
import io.ruche.bus.redis.stream.Beats;
import io.ruche.bus.redis.stream.Replicas;
import io.ruche.metrics.Tracing;
import io.ruche.store.RedisLink;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Everything that one process works off from one Redis: a lane for each kind of command. */
public final class Work {

  private final List<Lane> lanes = new ArrayList<>();
  private final List<Execution> executions = new ArrayList<>();
  private final Beats beats;
  private final RedisLink link;
  private final String consumer;

  /** A kind of command and who handles it. */
  public record Declared(CommandSpec spec, CommandHandler handler) {}

  public Work(
      RedisLink link,
      Replicas replicas,
      String service,
      String consumer,
      Map<String, Declared> commands,
      BusConfig config,
      BusMetrics metrics,
      Tracing tracing) {
    this.link = link;
    this.consumer = consumer;
    this.beats = new Beats(link, service, consumer);
    Finisher finisher = new Finisher(link, replicas, service, consumer, config);
    for (Declared declared : commands.values()) {
      CommandSpec spec = declared.spec();
      Execution execution =
          new Execution(service, spec, declared.handler(), link.context(), metrics, tracing);
      executions.add(execution);
      lanes.add(
          spec.ordered()
              ? new OrderedLane(link, service, consumer, spec, execution, finisher)
              : new UnorderedLane(link, service, consumer, spec, execution, finisher));
    }
  }

  public void addTenant(String tenant) {
    lanes.forEach(lane -> lane.addTenant(tenant));
  }

  public void ring(String stream) {
    lanes.forEach(lane -> lane.ring(stream));
  }

  /** Shows that this process is alive and sees who is not; to be called every two seconds. */
  public Future<Void> beat() {
    return beats.tick();
  }

  /** Looks everywhere for work; to be called every second. */
  public Future<Void> tick() {
    return Future.join(lanes.stream().map(lane -> lane.tick(beats)).toList()).mapEmpty();
  }

  /** The streams of all lanes. */
  public List<String> streams() {
    return lanes.stream().flatMap(lane -> lane.streams().stream()).toList();
  }

  public int inHand() {
    return lanes.stream().mapToInt(Lane::inHand).sum();
  }

  /** Takes nothing new and waits for what is in hand, at most {@code millis}. */
  public Future<Void> drain(long millis) {
    Promise<Void> over = Promise.promise();
    long timer = link.context().owner().setTimer(millis, ignored -> over.tryComplete());
    Future.join(lanes.stream().map(Lane::drain).toList())
        .onComplete(
            ignored -> {
              link.context().owner().cancelTimer(timer);
              over.tryComplete();
            });
    return over.future()
        .onComplete(ignored -> executions.forEach(Execution::stop))
        .compose(ignored -> inHand() == 0 ? beats.forget(consumer) : Future.succeededFuture())
        .otherwiseEmpty();
  }
}
