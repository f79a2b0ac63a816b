package io.ruche.auth;

import io.ruche.config.Secret;
import io.vertx.core.Future;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * The accounts of an MQTT broker that keeps its own, such as Mosquitto's dynamic-security plugin.
 * All operations may be repeated. Every wait inside them is bounded by the implementation.
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

        @Override
        public Future<Void> removeEnded(Function<Set<Long>, Future<List<ApiKey>>> ended) {
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

  /**
   * Removes the accounts of ended keys that are still there because the broker, or every process,
   * was away when they ended. Fails when some may be left.
   *
   * @param ended asked with the ids of all keys that have an account; answers those that have ended
   */
  Future<Void> removeEnded(Function<Set<Long>, Future<List<ApiKey>>> ended);
}
