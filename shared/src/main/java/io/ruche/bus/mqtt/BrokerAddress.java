package io.ruche.bus.mqtt;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttClientBuilder;
import com.hivemq.client.mqtt.mqtt5.message.auth.Mqtt5SimpleAuth;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Where a broker is, and the account in its address; the text form has no password. */
record BrokerAddress(String host, int port, boolean tls, @Nullable Account account) {

  /** Who connects. */
  record Account(String user, String password) {

    Mqtt5SimpleAuth auth() {
      return Mqtt5SimpleAuth.builder()
          .username(user)
          .password(password.getBytes(StandardCharsets.UTF_8))
          .build();
    }

    @Override
    public String toString() {
      return user;
    }
  }

  /**
   * @param url {@code mqtt[s]://[user:password@]host[:port]}
   */
  static BrokerAddress of(URI url) {
    boolean tls = url.getScheme().equals("mqtts");
    int port = url.getPort() > 0 ? url.getPort() : tls ? 8883 : 1883;
    return new BrokerAddress(url.getHost(), port, tls, account(url.getUserInfo()));
  }

  /** A client that will connect there, without the account. */
  MqttClientBuilder client(String clientId) {
    MqttClientBuilder builder =
        MqttClient.builder().identifier(clientId).serverHost(host).serverPort(port);
    return tls ? builder.sslWithDefaultConfig() : builder;
  }

  /** The account as the client takes it; null for none. */
  @Nullable Mqtt5SimpleAuth auth() {
    return account == null ? null : account.auth();
  }

  @Override
  public String toString() {
    return host + ":" + port;
  }

  private static @Nullable Account account(@Nullable String userInfo) {
    if (userInfo == null) {
      return null;
    }
    int colon = userInfo.indexOf(':');
    return colon < 0
        ? new Account(userInfo, "")
        : new Account(userInfo.substring(0, colon), userInfo.substring(colon + 1));
  }
}
