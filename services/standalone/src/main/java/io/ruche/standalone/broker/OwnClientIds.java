package io.ruche.standalone.broker;

import com.hivemq.extension.sdk.api.interceptor.connect.parameter.ConnectInboundInput;
import com.hivemq.extension.sdk.api.interceptor.connect.parameter.ConnectInboundOutput;
import com.hivemq.extension.sdk.api.packets.publish.ModifiableConnectPacket;
import java.util.Optional;

/**
 * Gives each user client ids of its own: {@code USER/ID} inside the broker. Comes before the login,
 * which then holds the user to its name.
 */
final class OwnClientIds {
  private static final char SEPARATOR = '/';

  private OwnClientIds() {}

  static void apply(ConnectInboundInput input, ConnectInboundOutput output) {
    ModifiableConnectPacket connect = output.getConnectPacket();
    String prefix = connect.getUserName().orElse("") + SEPARATOR;
    // An id that the broker gave out at an earlier connect already has it.
    if (!connect.getClientId().startsWith(prefix)) {
      connect.setClientId(prefix + connect.getClientId());
    }
  }

  /** The user of an id as the broker knows it; user names have no slash. */
  static Optional<String> user(String inner) {
    int end = inner.indexOf(SEPARATOR);
    return end <= 0 ? Optional.empty() : Optional.of(inner.substring(0, end));
  }

  /** The id that the client itself used. */
  static String clientId(String inner) {
    return inner.substring(inner.indexOf(SEPARATOR) + 1);
  }
}
