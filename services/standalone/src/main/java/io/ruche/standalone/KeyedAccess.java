package io.ruche.standalone;

import io.ruche.auth.ApiKey;
import io.ruche.auth.KeyCheck;
import io.ruche.auth.KeyRing;
import io.ruche.auth.broker.TopicPermissions;
import io.ruche.standalone.broker.BrokerAccess;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Lets into the embedded broker who has a key, as far as the key allows. */
final class KeyedAccess implements BrokerAccess {

  private static final Permission GRANTED = new Permission.Granted();
  private static final Permission GRANTED_ONCE = new Permission.GrantedOnce();

  private volatile @Nullable KeyRing ring;

  /** From now on keys can be checked; until then nobody is let in, and told to try again. */
  void use(KeyRing keys) {
    ring = keys;
  }

  @Override
  public CompletionStage<Admission> authenticate(String username, String password) {
    KeyRing keys = ring;
    if (keys == null) {
      return CompletableFuture.completedFuture(
          new Admission.Unavailable("the keys are not loaded yet"));
    }
    return keys.checkFresh(password).map(check -> admission(username, check)).toCompletionStage();
  }

  private static Admission admission(String username, KeyCheck check) {
    return switch (check) {
      case KeyCheck.Valid valid ->
          valid.key().mqttUser().equals(username)
              ? new Admission.Admitted()
              : new Admission.Refused("the user name of this key is " + valid.key().mqttUser());
      case KeyCheck.Refused refused ->
          refused.cause() == KeyCheck.Cause.UNVERIFIABLE
              ? new Admission.Unavailable(refused.reason())
              : new Admission.Refused(refused.reason());
    };
  }

  @Override
  public Permission mayPublish(Session session, String topic, int qos, boolean retain) {
    return keyOf(session)
        .map(
            key ->
                TopicPermissions.allowsPublish(key, topic, retain)
                    ? granted(key, retain)
                    : new Permission.Denied(
                        key.mqttUser() + " may publish to " + TopicPermissions.publishFilters(key)))
        .orElseGet(() -> new Permission.Denied("the key is not live any more"));
  }

  /** A retained command is refused by the service it is for, as with a broker of one's own. */
  private static Permission granted(ApiKey key, boolean retain) {
    return switch (key.kind()) {
      case CLIENT -> retain ? GRANTED_ONCE : GRANTED;
      case DEVICE -> GRANTED;
    };
  }

  @Override
  public Permission maySubscribe(Session session, String filter) {
    return keyOf(session)
        .map(
            key ->
                TopicPermissions.allowsSubscribe(key, filter)
                    ? GRANTED
                    : new Permission.Denied(
                        key.mqttUser()
                            + " may subscribe to "
                            + TopicPermissions.subscribeFilters(key)))
        .orElseGet(() -> new Permission.Denied("the key is not live any more"));
  }

  private Optional<ApiKey> keyOf(Session session) {
    KeyRing keys = ring;
    int dot = session.username().indexOf('.');
    return keys == null || dot < 0
        ? Optional.empty()
        : keys.find(session.username().substring(0, dot), session.username().substring(dot + 1));
  }
}
