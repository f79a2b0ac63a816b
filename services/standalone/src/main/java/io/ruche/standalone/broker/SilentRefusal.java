package io.ruche.standalone.broker;

import com.hivemq.extension.sdk.api.interceptor.publish.PublishInboundInterceptor;
import com.hivemq.extension.sdk.api.interceptor.publish.parameter.PublishInboundInput;
import com.hivemq.extension.sdk.api.interceptor.publish.parameter.PublishInboundOutput;
import com.hivemq.extension.sdk.api.packets.publish.PublishPacket;
import io.ruche.standalone.broker.BrokerAccess.Permission;
import io.ruche.standalone.broker.BrokerAccess.Session;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Acknowledges and drops what an MQTT 3 client may not publish, as Mosquitto does. MQTT 3 has no
 * word for a refusal; the other way out is to disconnect, after which most clients connect and send
 * the same message again, for ever. The client sees by the missing receipt that nobody has it.
 */
final class SilentRefusal implements PublishInboundInterceptor {

  private static final Logger LOG = LoggerFactory.getLogger(SilentRefusal.class);
  private static final long QUIET_NANOS = 1_000_000_000L;
  private static final AtomicLong LAST_TOLD = new AtomicLong(System.nanoTime() - QUIET_NANOS);

  private final Session session;
  private final BrokerAccess access;

  SilentRefusal(Session session, BrokerAccess access) {
    this.session = session;
    this.access = access;
  }

  @Override
  public void onInboundPublish(PublishInboundInput input, PublishInboundOutput output) {
    PublishPacket publish = input.getPublishPacket();
    Permission permission =
        access.mayPublish(
            session, publish.getTopic(), publish.getQos().getQosNumber(), publish.getRetain());
    switch (permission) {
      case Permission.Granted granted -> {}
      case Permission.GrantedOnce once -> {}
      case Permission.Denied denied -> {
        output.preventPublishDelivery();
        tell(publish.getTopic(), denied.reason());
      }
    }
  }

  /** At most once a second: a device in a loop must not fill the log. */
  private void tell(String topic, String reason) {
    long last = LAST_TOLD.get();
    long now = System.nanoTime();
    if (now - last >= QUIET_NANOS && LAST_TOLD.compareAndSet(last, now)) {
      LOG.warn("{}: dropped a message to {}: {}", session.username(), topic, reason);
    }
  }
}
