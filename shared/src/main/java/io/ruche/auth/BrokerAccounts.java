package io.ruche.auth;

import io.ruche.config.Secret;
import io.vertx.core.Future;

/**
 * The accounts of an MQTT broker that keeps its own, such as Mosquitto's dynamic-security plugin.
 * Both operations may be repeated. Every wait inside them is bounded by the implementation.
 */
public interface BrokerAccounts {

  /** For a broker that asks the {@link KeyRing} itself and keeps no accounts. */
  BrokerAccounts NONE =
      new BrokerAccounts() {
        @Override
        public Future<Void> provision(ApiKey key, Secret plainKey) {
          return Future.succeededFuture();
        }

        @Override
        public Future<Void> remove(ApiKey key) {
          return Future.succeededFuture();
        }
      };

  /**
   * Makes or replaces the account {@link ApiKey#mqttUser()} with the key as its password. Called
   * when the key is made: the only moment when its text is known.
   */
  Future<Void> provision(ApiKey key, Secret plainKey);

  /**
   * Removes the account and disconnects its live sessions, if it still belongs to this key: a newer
   * key may have taken the name, which {@link ApiKey#id()} tells.
   */
  Future<Void> remove(ApiKey key);
}
