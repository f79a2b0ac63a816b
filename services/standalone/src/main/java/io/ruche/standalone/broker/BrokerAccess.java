package io.ruche.standalone.broker;

import java.util.concurrent.CompletionStage;

/**
 * Who may do what at the embedded broker. Called on the broker's threads for every CONNECT, PUBLISH
 * and SUBSCRIBE of everybody but Ruche itself; only {@link #authenticate} may take its time.
 */
public interface BrokerAccess {

  /**
   * Whether this user name and password may connect.
   *
   * @return completes within 5 s, after which the client is told that the server is unavailable
   */
  CompletionStage<Admission> authenticate(String username, String password);

  /**
   * Whether this client may publish this. A refused client of MQTT 5 gets the reason, an older one
   * is disconnected.
   */
  Permission mayPublish(Session session, String topic, int qos, boolean retain);

  /**
   * Whether this client may subscribe to this filter.
   *
   * @param filter without the {@code $share/GROUP/} of a shared subscription
   */
  Permission maySubscribe(Session session, String filter);

  /** A client that was admitted: its user name and the client id it connected with. */
  record Session(String username, String clientId) {}

  /** The answer to a CONNECT. */
  sealed interface Admission {
    /** Let in. */
    record Admitted() implements Admission {}

    /** Wrong user name or password; the reason is shown to the client. */
    record Refused(String reason) implements Admission {}

    /** It cannot be told right now, and the client shall try again. */
    record Unavailable(String reason) implements Admission {}
  }

  /** The answer to a PUBLISH or one filter of a SUBSCRIBE. */
  sealed interface Permission {
    /** Done as asked. */
    record Granted() implements Permission {}

    /**
     * A retained PUBLISH goes to those who subscribe now, with its flag, and is not kept beyond
     * that.
     */
    record GrantedOnce() implements Permission {}

    /** Not done; the reason is shown to an MQTT 5 client. */
    record Denied(String reason) implements Permission {}
  }
}
