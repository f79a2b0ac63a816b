package io.ruche.bus.mqtt;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5SubAckException;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.reactivex.schedulers.Schedulers;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to the control topic of Mosquitto's dynamic-security plugin. It is never mended:
 * what was not carried out when it breaks never will be.
 */
final class ControlSession {

  private static final Logger LOG = LoggerFactory.getLogger(ControlSession.class);
  private static final String COMMANDS = "$CONTROL/dynamic-security/v1";
  private static final String RESPONSES = COMMANDS + "/response";
  private static final int KEEP_ALIVE_S = 10;

  /** The broker understood and will not do it, however often it is asked. */
  static final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RefusedException(String message) {
      super(message, null, false, false);
    }
  }

  /** A moment until which one thing may take. */
  record Deadline(long at) {

    static Deadline in(long ms) {
      return new Deadline(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ms));
    }

    /** At least 1, because a wait of 0 ms is none. */
    long leftMs() {
      return Math.max(1, TimeUnit.NANOSECONDS.toMillis(at - System.nanoTime()));
    }

    boolean over() {
      return at - System.nanoTime() <= 0;
    }
  }

  private final BrokerAddress broker;
  private final Context context;
  private final Deadline deadline;
  private final Mqtt5AsyncClient client;
  private final Map<String, CompletableFuture<JsonArray>> waiting = new ConcurrentHashMap<>();
  private final CompletableFuture<Void> lost = new CompletableFuture<>();

  private ControlSession(
      BrokerAddress broker, String clientId, Context context, Deadline deadline) {
    this.broker = broker;
    this.context = context;
    this.deadline = deadline;
    client =
        broker
            .client(clientId)
            .transportConfig()
            .socketConnectTimeout(deadline.leftMs(), TimeUnit.MILLISECONDS)
            .mqttConnectTimeout(deadline.leftMs(), TimeUnit.MILLISECONDS)
            .applyTransportConfig()
            .executorConfig()
            .applicationScheduler(Schedulers.trampoline())
            .applyExecutorConfig()
            .addDisconnectedListener(broken -> lost.completeExceptionally(broken.getCause()))
            .useMqttVersion5()
            .simpleAuth(broker.auth())
            .buildAsync();
    client.publishes(MqttGlobalPublishFilter.ALL, this::receive);
  }

  /**
   * Connects. A connection under the same client id that stands is ended by it, so that of all who
   * share an id only the newest is heard. Fails with {@link RefusedException} when the account may
   * not control the plugin.
   *
   * @param context where all of the session's futures complete
   * @param deadline for the whole session
   */
  static Future<ControlSession> open(
      BrokerAddress broker, String clientId, Context context, Deadline deadline) {
    ControlSession session = new ControlSession(broker, clientId, context, deadline);
    return session
        .bounded(session.client.connectWith().cleanStart(true).keepAlive(KEEP_ALIVE_S).send())
        .compose(
            connected ->
                session.bounded(
                    session
                        .client
                        .subscribeWith()
                        .topicFilter(RESPONSES)
                        .qos(MqttQos.AT_LEAST_ONCE)
                        .send()))
        .map(session)
        .onFailure(failure -> session.close());
  }

  /**
   * Has the plugin carry out commands, all together: no other client's come between them. Answers
   * what each was answered, in order; fails when one was refused, while the others stand.
   */
  Future<List<JsonObject>> run(List<ControlCommand> commands) {
    String tag = UUID.randomUUID().toString();
    JsonArray list = new JsonArray();
    commands.forEach(command -> list.add(command.body().copy().put("correlationData", tag)));
    CompletableFuture<JsonArray> answer = new CompletableFuture<>();
    waiting.put(tag, answer);
    Mqtt5Publish publish =
        Mqtt5Publish.builder()
            .topic(COMMANDS)
            .qos(MqttQos.AT_LEAST_ONCE)
            .payload(new JsonObject().put("commands", list).toBuffer().getBytes())
            .build();
    Future.fromCompletionStage(client.publish(publish), context)
        .onFailure(answer::completeExceptionally);
    return bounded(answer)
        .onComplete(done -> waiting.remove(tag))
        .map(answers -> checked(commands, answers));
  }

  /** Disconnects, without waiting for it. */
  void close() {
    client
        .disconnect()
        .exceptionally(
            failure -> {
              LOG.debug("{}: was not connected, {}", broker, failure.getMessage());
              return null;
            });
  }

  private List<JsonObject> checked(List<ControlCommand> commands, JsonArray answers) {
    List<JsonObject> checked = new ArrayList<>();
    for (int i = 0; i < commands.size(); i++) {
      // The plugin goes on after a refusal, so each command has its answer.
      JsonObject answer = i < answers.size() ? answers.getJsonObject(i) : new JsonObject();
      String refusal = i < answers.size() ? answer.getString("error") : "no answer";
      if (refusal != null && !commands.get(i).tolerates(refusal)) {
        throw new RefusedException(
            "the broker " + broker + " refused " + commands.get(i) + ": " + refusal);
      }
      checked.add(answer);
    }
    return checked;
  }

  private void receive(Mqtt5Publish publish) {
    try {
      JsonArray answers =
          new JsonObject(Buffer.buffer(publish.getPayloadAsBytes())).getJsonArray("responses");
      String tag = answers.getJsonObject(0).getString("correlationData", "");
      // The plugin answers to all who listen, so most answers may be to others.
      CompletableFuture<JsonArray> mine = waiting.remove(tag);
      if (mine != null) {
        mine.complete(answers);
      }
    } catch (DecodeException
        | ClassCastException
        | IndexOutOfBoundsException
        | NullPointerException e) {
      LOG.warn("{}: an answer that cannot be read on {}", broker, RESPONSES);
    }
  }

  private <T> Future<T> bounded(CompletableFuture<T> stage) {
    Promise<T> first = Promise.promise();
    Future.fromCompletionStage(stage, context)
        .onSuccess(first::tryComplete)
        .onFailure(first::tryFail);
    // A request that is made just as the connection breaks is never answered by the client.
    Future.fromCompletionStage(lost, context).onFailure(first::tryFail);
    return first
        .future()
        .timeout(deadline.leftMs(), TimeUnit.MILLISECONDS)
        .recover(failure -> Future.failedFuture(explained(failure)));
  }

  private Throwable explained(Throwable failure) {
    return switch (failure) {
      case Mqtt5ConnAckException refused ->
          switch (refused.getMqttMessage().getReasonCode()) {
            case BAD_USER_NAME_OR_PASSWORD, NOT_AUTHORIZED, BANNED ->
                new RefusedException(
                    "the broker " + broker + " does not let in the account " + broker.account());
            default -> refused;
          };
      case Mqtt5SubAckException refused -> noRole();
      case Mqtt5PubAckException refused -> noRole();
      case TimeoutException late ->
          new TimeoutException(
              "no answer on "
                  + RESPONSES
                  + " of the broker "
                  + broker
                  + " in time; has it the dynamic-security plugin?");
      default -> failure;
    };
  }

  private RefusedException noRole() {
    return new RefusedException(
        "the account "
            + broker.account()
            + " may not use "
            + COMMANDS
            + " of the broker "
            + broker
            + "; it needs the plugin's admin role");
  }
}
