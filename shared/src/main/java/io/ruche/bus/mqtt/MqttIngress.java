package io.ruche.bus.mqtt;

import io.ruche.bus.BusConfig;
import io.ruche.bus.BusMetrics;
import io.ruche.bus.Receipt;
import io.ruche.bus.Taken;
import io.ruche.bus.envelope.Envelope;
import io.ruche.bus.envelope.EnvelopeReader;
import io.ruche.bus.envelope.EnvelopeReader.Incoming;
import io.ruche.bus.envelope.Payload;
import io.ruche.bus.envelope.Refusal;
import io.ruche.bus.envelope.Refusal.Reason;
import io.ruche.bus.envelope.Topics;
import io.ruche.bus.envelope.Topics.CommandTopic;
import io.ruche.bus.redis.Intake;
import io.ruche.metrics.Span;
import io.ruche.metrics.Tracing;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commands from the broker to the disk. A message is acknowledged only when it is on disk, or when
 * the event that refuses it is; only then does its receipt go out.
 */
final class MqttIngress implements MqttLink.Receiver {

  private static final Logger LOG = LoggerFactory.getLogger(MqttIngress.class);

  /**
   * QoS 0 has no back-pressure: beyond this many messages that wait for the disk it is dropped, and
   * the missing receipt tells.
   */
  private static final int MOST_WAITING_QOS_0 = 20_000;

  private final Bridge.Ends ends;
  private final BusConfig config;
  private final Intake intake;
  private final Refusals refusals;
  private final BusMetrics metrics;
  private final Tracing tracing;
  private final String epoch;
  private @Nullable MqttLink receipts;

  /**
   * @param epoch of the lease under which this connection was made
   */
  MqttIngress(
      Bridge.Ends ends,
      BusConfig config,
      Intake intake,
      Refusals refusals,
      BusMetrics metrics,
      Tracing tracing,
      String epoch) {
    this.tracing = tracing;
    this.ends = ends;
    this.config = config;
    this.intake = intake;
    this.refusals = refusals;
    this.metrics = metrics;
    this.epoch = epoch;
  }

  /** Receipts leave by the connection that the commands come by. */
  void publishReceiptsTo(MqttLink link) {
    receipts = link;
  }

  @Override
  public void receive(MqttMessage message, Runnable acknowledge) {
    if (message.qos() == 0 && intake.offered() > MOST_WAITING_QOS_0) {
      metrics.dropped();
      return;
    }
    CommandTopic topic;
    try {
      topic = Topics.parseCommand(message.topic());
      if (!ends.tenants().test(topic.tenant())) {
        throw new Refusal(
            Reason.BAD_TOPIC, "tenant '" + topic.tenant() + "' has a broker of its own");
      }
    } catch (Refusal refusal) {
      // No tenant that could be trusted, so there is nobody to tell.
      LOG.warn("refused: {}", refusal.detail());
      metrics.refused(refusal.reason());
      acknowledge.run();
      return;
    }
    try {
      Envelope sent = read(topic, message);
      metrics.received("mqtt");
      Span span = tracing.start("receive " + sent.type(), Span.Kind.SERVER, sent.traceparent());
      Envelope envelope = sent.withTraceparent(span.traceparent());
      intake.offer(
          envelope,
          epoch,
          taken -> {
            settle(topic, message, envelope, taken, acknowledge);
            span.end();
          });
    } catch (Refusal refusal) {
      refuse(topic, refusal.of(message.attributes().get("id")), acknowledge);
    } catch (RuntimeException fault) {
      // An exception that left this method would end the flow of messages, and the client would
      // acknowledge all further ones unseen.
      LOG.error("cannot read a message on {}", message.topic(), fault);
      refuse(
          topic,
          new Refusal(Reason.BAD_ENVELOPE, "the message cannot be read: " + fault.getMessage()),
          acknowledge);
    }
  }

  private Envelope read(CommandTopic topic, MqttMessage message) throws Refusal {
    if (!ends.commands().contains(topic.command())) {
      throw new Refusal(
          Reason.UNKNOWN_COMMAND,
          topic.service() + " has no command '" + topic.command() + "'; it has " + ends.commands());
    }
    if (message.retained()) {
      throw new Refusal(
          Reason.RETAINED,
          "commands must not be retained, or they would run again at every subscription;"
              + " publish without the retain flag");
    }
    if (message.payload().length() > config.maxBody()) {
      throw new Refusal(
          Reason.TOO_LARGE,
          "the payload has "
              + message.payload().length()
              + " bytes; at most "
              + config.maxBody()
              + " are taken, put larger data into S3 and send its key");
    }
    Long expiry = message.expirySeconds();
    return EnvelopeReader.read(
        new Incoming(
            topic.tenant(),
            topic.client(),
            topic.command(),
            message.topic(),
            message.attributes(),
            message.contentType(),
            message.responseTopic(),
            message.correlationData(),
            expiry == null ? null : Instant.now().plusSeconds(expiry),
            message.payload()));
  }

  private void settle(
      CommandTopic topic,
      MqttMessage message,
      Envelope envelope,
      Taken taken,
      Runnable acknowledge) {
    switch (taken) {
      case Taken.Stored stored -> {
        acknowledge.run();
        metrics.stored(stored.known());
        receipt(topic, message.qos(), stored.receipt());
      }
      case Taken.Conflict conflict ->
          refuse(
              topic,
              new Refusal(
                      Reason.ID_WITH_OTHER_BODY,
                      "id '"
                          + envelope.id()
                          + "' was taken with another body as "
                          + conflict.first().entry()
                          + "; a new command needs a new id")
                  .of(envelope.id()),
              acknowledge);
      case Taken.Full full -> throw new IllegalStateException("an offer waits until there is room");
    }
  }

  /** A receipt is as sure as its command was: who sends at QoS 0 repeats anyway until it comes. */
  private void receipt(CommandTopic topic, int qos, Receipt receipt) {
    MqttLink link = receipts;
    if (link == null) {
      return;
    }
    link.publish(
            new MqttMessage(
                Topics.receipt(topic.tenant(), topic.client(), receipt.id()),
                Buffer.buffer(receipt.toJson()),
                qos,
                false,
                Map.of(),
                Payload.JSON,
                null,
                null,
                null))
        .onFailure(failure -> LOG.debug("receipt not published: {}", failure.getMessage()));
  }

  private void refuse(CommandTopic topic, Refusal refusal, Runnable acknowledge) {
    metrics.refused(refusal.reason());
    refusals.tell(topic, refusal).onSuccess(told -> acknowledge.run());
  }
}
