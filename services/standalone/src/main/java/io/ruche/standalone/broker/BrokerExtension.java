package io.ruche.standalone.broker;

import com.hivemq.extension.sdk.api.ExtensionMain;
import com.hivemq.extension.sdk.api.auth.Authorizer;
import com.hivemq.extension.sdk.api.auth.parameter.AuthorizerProviderInput;
import com.hivemq.extension.sdk.api.client.ClientContext;
import com.hivemq.extension.sdk.api.client.parameter.InitializerInput;
import com.hivemq.extension.sdk.api.interceptor.connect.ConnectInboundInterceptor;
import com.hivemq.extension.sdk.api.packets.disconnect.DisconnectReasonCode;
import com.hivemq.extension.sdk.api.packets.general.MqttVersion;
import com.hivemq.extension.sdk.api.parameter.ExtensionStartInput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStartOutput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStopInput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStopOutput;
import com.hivemq.extension.sdk.api.services.Services;
import com.hivemq.extension.sdk.api.services.auth.SecurityRegistry;
import com.hivemq.extension.sdk.api.services.session.ClientService;
import com.hivemq.extension.sdk.api.services.session.SessionInformation;
import io.ruche.standalone.broker.BrokerAccess.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What Ruche adds to the broker: who may connect, and what each may do there. */
final class BrokerExtension implements ExtensionMain {
  /** The account of Ruche's own services; a tenant's users have a dot in their name. */
  static final String SERVICE = "ruche";

  private static final int AWAY_TRIES = 100;
  private static final long AWAY_MILLIS = 20;

  private final LoginCheck loginCheck;
  private final BrokerAccess access;
  private volatile @Nullable ClientService clients;

  BrokerExtension(String servicePassword, BrokerAccess access) {
    this.access = access;
    this.loginCheck = new LoginCheck(SERVICE, servicePassword, access);
  }

  @Override
  public void extensionStart(ExtensionStartInput input, ExtensionStartOutput output) {
    SecurityRegistry security = Services.securityRegistry();
    security.setAuthenticatorProvider(connection -> loginCheck);
    security.setAuthorizerProvider(this::authorizer);
    ConnectInboundInterceptor ownClientIds = OwnClientIds::apply;
    Services.interceptorRegistry().setConnectInboundInterceptorProvider(client -> ownClientIds);
    Services.initializerRegistry().setClientInitializer(this::initialize);
    clients = Services.clientService();
  }

  @Override
  public void extensionStop(ExtensionStopInput input, ExtensionStopOutput output) {
    clients = null;
  }

  boolean isStarted() {
    return clients != null;
  }

  private void initialize(InitializerInput input, ClientContext context) {
    String inner = input.getClientInformation().getClientId();
    boolean old = input.getConnectionInformation().getMqttVersion() != MqttVersion.V_5;
    OwnClientIds.user(inner)
        .filter(user -> old && !user.equals(SERVICE))
        .ifPresent(
            user ->
                context.addPublishInboundInterceptor(
                    new SilentRefusal(new Session(user, OwnClientIds.clientId(inner)), access)));
  }

  /** Without an authorizer the permissions count that the login gave, which cost no hop. */
  private @Nullable Authorizer authorizer(AuthorizerProviderInput input) {
    String inner = input.getClientInformation().getClientId();
    Optional<String> user = OwnClientIds.user(inner);
    if (user.isEmpty()) {
      return new TopicCheck(new Session("", inner), access);
    }
    return user.get().equals(SERVICE)
        ? null
        : new TopicCheck(new Session(user.get(), OwnClientIds.clientId(inner)), access);
  }

  CompletionStage<Integer> endSessions(String username, String reason) {
    ClientService service = clients;
    if (service == null) {
      return CompletableFuture.completedFuture(0);
    }
    List<String> theirs = new ArrayList<>();
    return service
        .iterateAllClients(
            (context, session) -> {
              String id = session.getClientIdentifier();
              if (OwnClientIds.user(id).filter(username::equals).isPresent()) {
                theirs.add(id);
              }
            })
        .thenCompose(
            done ->
                CompletableFuture.allOf(
                    theirs.stream()
                        .map(id -> end(service, id, reason))
                        .toArray(CompletableFuture[]::new)))
        .thenApply(done -> theirs.size());
  }

  /** Disconnects, waits until the broker has written that down, and removes what it would keep. */
  private static CompletableFuture<Boolean> end(ClientService service, String id, String reason) {
    return service
        .disconnectClient(id, true, DisconnectReasonCode.NOT_AUTHORIZED, reason)
        .thenCompose(disconnected -> awaitAway(service, id, AWAY_TRIES))
        .thenCompose(away -> service.invalidateSession(id))
        .exceptionally(gone -> false);
  }

  private static CompletableFuture<Void> awaitAway(ClientService service, String id, int tries) {
    return service
        .getSession(id)
        .thenCompose(
            session -> {
              if (tries == 0 || !session.map(SessionInformation::isConnected).orElse(false)) {
                return CompletableFuture.completedFuture(null);
              }
              return CompletableFuture.runAsync(
                      () -> {},
                      CompletableFuture.delayedExecutor(AWAY_MILLIS, TimeUnit.MILLISECONDS))
                  .thenCompose(waited -> awaitAway(service, id, tries - 1));
            });
  }
}
