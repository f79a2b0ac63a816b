package io.ruche.standalone.broker;

import com.hivemq.extension.sdk.api.async.Async;
import com.hivemq.extension.sdk.api.async.TimeoutFallback;
import com.hivemq.extension.sdk.api.auth.SimpleAuthenticator;
import com.hivemq.extension.sdk.api.auth.parameter.SimpleAuthInput;
import com.hivemq.extension.sdk.api.auth.parameter.SimpleAuthOutput;
import com.hivemq.extension.sdk.api.auth.parameter.TopicPermission;
import com.hivemq.extension.sdk.api.packets.auth.DefaultAuthorizationBehaviour;
import com.hivemq.extension.sdk.api.packets.connect.ConnackReasonCode;
import com.hivemq.extension.sdk.api.packets.connect.ConnectPacket;
import com.hivemq.extension.sdk.api.services.builder.Builders;
import io.ruche.standalone.broker.BrokerAccess.Admission;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Decides each CONNECT: Ruche's own account here, every other by {@link BrokerAccess}. */
final class LoginCheck implements SimpleAuthenticator {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final String UNCHECKED = "the key could not be checked in time; try again";
  private static final String NEEDED =
      "connect with the user name {tenant}.{name} and the API key as the password";

  private final String service;
  private final byte[] servicePassword;
  private final BrokerAccess access;

  LoginCheck(String service, String servicePassword, BrokerAccess access) {
    this.service = service;
    this.servicePassword = servicePassword.getBytes(StandardCharsets.UTF_8);
    this.access = access;
  }

  @Override
  public void onConnect(SimpleAuthInput input, SimpleAuthOutput output) {
    ConnectPacket connect = input.getConnectPacket();
    String username = connect.getUserName().orElse("");
    byte[] password = connect.getPassword().map(LoginCheck::bytes).orElse(new byte[0]);
    if (username.isEmpty() || password.length == 0) {
      output.failAuthentication(ConnackReasonCode.NOT_AUTHORIZED, NEEDED);
    } else if (username.equals(service)) {
      admitService(password, output);
    } else if (username.indexOf('/') >= 0) {
      output.failAuthentication(ConnackReasonCode.BAD_USER_NAME_OR_PASSWORD, NEEDED);
    } else {
      ask(username, new String(password, StandardCharsets.UTF_8), output);
    }
  }

  private void admitService(byte[] password, SimpleAuthOutput output) {
    if (!MessageDigest.isEqual(password, servicePassword)) {
      output.failAuthentication(ConnackReasonCode.BAD_USER_NAME_OR_PASSWORD, "wrong password");
      return;
    }
    TopicPermission everything =
        Builders.topicPermission()
            .topicFilter("ruche/#")
            .type(TopicPermission.PermissionType.ALLOW)
            .activity(TopicPermission.MqttActivity.ALL)
            .build();
    output.getDefaultPermissions().add(everything);
    output.getDefaultPermissions().setDefaultBehaviour(DefaultAuthorizationBehaviour.DENY);
    output.authenticateSuccessfully();
  }

  private void ask(String username, String password, SimpleAuthOutput output) {
    output.getDefaultPermissions().setDefaultBehaviour(DefaultAuthorizationBehaviour.DENY);
    CompletableFuture<Admission> answer =
        access
            .authenticate(username, password)
            .toCompletableFuture()
            .exceptionally(failure -> new Admission.Unavailable(UNCHECKED));
    if (answer.isDone()) {
      decide(output, answer.join());
      return;
    }
    Async<SimpleAuthOutput> later =
        output.async(
            PATIENCE, TimeoutFallback.FAILURE, ConnackReasonCode.SERVER_UNAVAILABLE, UNCHECKED);
    CompletionStage<Admission> pending = answer;
    pending.thenAccept(
        admission -> {
          decide(later.getOutput(), admission);
          later.resume();
        });
  }

  private static void decide(SimpleAuthOutput output, Admission admission) {
    switch (admission) {
      case Admission.Admitted admitted -> output.authenticateSuccessfully();
      case Admission.Refused refused ->
          output.failAuthentication(ConnackReasonCode.BAD_USER_NAME_OR_PASSWORD, refused.reason());
      case Admission.Unavailable unavailable ->
          output.failAuthentication(ConnackReasonCode.SERVER_UNAVAILABLE, unavailable.reason());
    }
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }
}
