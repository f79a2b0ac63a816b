package io.ruche.bus;

import io.ruche.bus.envelope.Envelope;
import io.ruche.bus.envelope.Payload;
import io.ruche.lifecycle.Dependency;
import io.ruche.lifecycle.Lifecycle;
import io.vertx.core.Future;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One service's durable commands and events. Commands are declared before {@link #start}. */
public interface Bus extends Lifecycle {

  /** Declares a durable command and who does its work. */
  void command(CommandSpec spec, CommandHandler handler);

  /** Publishes an event; completes when it is on disk, from where it reaches the broker. */
  Future<Void> publish(String tenant, Event event);

  /**
   * Sends a piece of a command's result to its reply topic, if it has one, as {@code
   * {command}-piece} at QoS 0. It is stored nowhere and lost when the broker, the process that
   * holds it or the client is away; the result itself is not.
   *
   * @return completes when the piece was passed on; fails when Redis is away
   */
  Future<Void> piece(Envelope command, Payload piece);

  /**
   * Takes a command from somebody who waits for the answer. Fails when Redis is away; then only a
   * repetition with the same id tells whether it was stored.
   */
  Future<Taken> post(Envelope command);

  /** Where a command stands, or null when it is not (or no longer) known. */
  Future<@Nullable Job> find(String tenant, String client, String command, String id);

  /** The names of the declared commands. */
  Set<String> commands();

  /** What tells the state of each store and broker the bus needs, by name. */
  Map<String, Supplier<Dependency>> dependencies();

  /** The service whose bus this is. */
  String service();
}
