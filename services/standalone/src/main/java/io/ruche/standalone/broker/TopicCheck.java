package io.ruche.standalone.broker;

import com.hivemq.extension.sdk.api.auth.PublishAuthorizer;
import com.hivemq.extension.sdk.api.auth.SubscriptionAuthorizer;
import com.hivemq.extension.sdk.api.auth.parameter.PublishAuthorizerInput;
import com.hivemq.extension.sdk.api.auth.parameter.PublishAuthorizerOutput;
import com.hivemq.extension.sdk.api.auth.parameter.SubscriptionAuthorizerInput;
import com.hivemq.extension.sdk.api.auth.parameter.SubscriptionAuthorizerOutput;
import com.hivemq.extension.sdk.api.packets.publish.AckReasonCode;
import com.hivemq.extension.sdk.api.packets.publish.PublishPacket;
import com.hivemq.extension.sdk.api.packets.subscribe.SubackReasonCode;
import com.hivemq.extension.sdk.api.services.Services;
import io.ruche.standalone.broker.BrokerAccess.Permission;
import io.ruche.standalone.broker.BrokerAccess.Session;
import java.util.concurrent.TimeUnit;

/** Decides each PUBLISH (wills too) and each filter of a SUBSCRIBE of one client. */
final class TopicCheck implements PublishAuthorizer, SubscriptionAuthorizer {
  private static final String SHARED = "$share/";
  private static final long FORGET_MILLIS = 1_000;

  private final Session session;
  private final BrokerAccess access;

  TopicCheck(Session session, BrokerAccess access) {
    this.session = session;
    this.access = access;
  }

  @Override
  public void authorizePublish(PublishAuthorizerInput input, PublishAuthorizerOutput output) {
    PublishPacket publish = input.getPublishPacket();
    Permission permission =
        access.mayPublish(
            session, publish.getTopic(), publish.getQos().getQosNumber(), publish.getRetain());
    switch (permission) {
      case Permission.Granted granted -> output.authorizeSuccessfully();
      case Permission.GrantedOnce once -> {
        output.authorizeSuccessfully();
        forgetSoon(publish.getTopic());
      }
      case Permission.Denied denied ->
          output.failAuthorization(AckReasonCode.NOT_AUTHORIZED, denied.reason());
    }
  }

  @Override
  public void authorizeSubscribe(
      SubscriptionAuthorizerInput input, SubscriptionAuthorizerOutput output) {
    Permission permission =
        access.maySubscribe(session, withoutGroup(input.getSubscription().getTopicFilter()));
    switch (permission) {
      case Permission.Granted granted -> output.authorizeSuccessfully();
      case Permission.GrantedOnce once -> output.authorizeSuccessfully();
      case Permission.Denied denied ->
          output.failAuthorization(SubackReasonCode.NOT_AUTHORIZED, denied.reason());
    }
  }

  /** The broker keeps it only after this, and a client could fill the disk with such messages. */
  private static void forgetSoon(String topic) {
    var unused =
        Services.extensionExecutorService()
            .schedule(() -> forget(topic), FORGET_MILLIS, TimeUnit.MILLISECONDS);
  }

  private static void forget(String topic) {
    var unused = Services.retainedMessageStore().remove(topic);
  }

  private static String withoutGroup(String filter) {
    if (!filter.startsWith(SHARED)) {
      return filter;
    }
    int group = filter.indexOf('/', SHARED.length());
    return group < 0 ? filter : filter.substring(group + 1);
  }
}
