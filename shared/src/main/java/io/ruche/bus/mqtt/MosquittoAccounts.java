package io.ruche.bus.mqtt;

import io.ruche.auth.ApiKey;
import io.ruche.auth.BrokerAccounts;
import io.ruche.bus.mqtt.BrokerAddress.Account;
import io.ruche.bus.mqtt.ControlSession.Deadline;
import io.ruche.bus.mqtt.ControlSession.RefusedException;
import io.ruche.config.Secret;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps keys as accounts of a Mosquitto with the dynamic-security plugin: an account {@code
 * tenant.name} whose description has the key's id, and a role {@code ruche/tenant.name/id} of its
 * own, since the plugin's rules know no place-holder for the user.
 *
 * <p>The plugin can neither compare and delete nor lock. Whoever changes an account therefore
 * connects under one shared client id: the broker ends the connection that had it, so that between
 * what is read and what is written on it nobody else has written. The other one begins anew.
 *
 * <p>{@link #provision} and {@link #remove} end within 4 s. All fail with a message that says what
 * to mend when the broker cannot be reached or the account in its address has not the plugin's
 * admin role. Everybody without a role is denied everything: the first account that is made sees to
 * it.
 */
public final class MosquittoAccounts implements BrokerAccounts {

  private static final Logger LOG = LoggerFactory.getLogger(MosquittoAccounts.class);
  private static final long CHANGE_MS = 4_000;
  private static final long LIST_MS = 30_000;
  private static final int PAGE = 500;
  private static final int MOST_WAITING = 10_000;
  private static final int SHORTEST_PAUSE_MS = 20;
  private static final int LONGEST_PAUSE_MS = 150;

  private final Vertx vertx;
  private final Context context;
  private final BrokerAddress broker;
  private final String sharedId;

  /** Changes of this process follow one another, or they would end each other's connections. */
  private Future<Void> lastChange = Future.succeededFuture();

  private int waiting;

  /**
   * @param url {@code mqtt[s]://user:password@host[:port]}
   * @throws IllegalArgumentException when there is no account in it
   */
  public MosquittoAccounts(Vertx vertx, URI url) {
    this.vertx = vertx;
    context = vertx.getOrCreateContext();
    broker = BrokerAddress.of(url);
    Account account = broker.account();
    if (account == null || account.password().isEmpty()) {
      throw new IllegalArgumentException(
          "the address of the broker "
              + broker
              + " needs user:password@ of an account with the dynamic-security plugin's admin role");
    }
    sharedId = "ruche-accounts-" + unguessable(account);
  }

  @Override
  public Future<Void> provision(ApiKey key, Secret plainKey) {
    String user = key.mqttUser();
    return inTurn(
            until ->
                alone(
                    until,
                    session ->
                        session
                            .run(
                                List.of(
                                    ControlCommand.getDefaults(), ControlCommand.getAccount(user)))
                            .compose(
                                found ->
                                    session.run(
                                        making(key, plainKey, found.getFirst(), found.getLast())))))
        .<Void>mapEmpty()
        .onSuccess(made -> LOG.info("broker account made key={} id={}", user, key.id()));
  }

  @Override
  public Future<Void> remove(ApiKey key) {
    String user = key.mqttUser();
    // The role's name has the key's id: without it the account can do nothing any more, and its
    // sessions end, whoever may hold the shared client id.
    return inTurn(
        until ->
            repeatedly(
                    until,
                    () ->
                        on(
                            ownId(),
                            until,
                            session ->
                                session.run(
                                    List.of(
                                        ControlCommand.deleteRole(KeyAccount.role(key)),
                                        ControlCommand.getAccount(user)))))
                .compose(
                    found ->
                        KeyAccount.belongsTo(key, found.getLast())
                            ? alone(until, session -> delete(session, key))
                            : Future.succeededFuture()));
  }

  @Override
  public Future<Void> removeEnded(Function<Set<Long>, Future<List<ApiKey>>> ended) {
    return keyIds().compose(ended).compose(keys -> removeAll(keys.iterator()));
  }

  private Future<Void> removeAll(Iterator<ApiKey> keys) {
    return keys.hasNext()
        ? remove(keys.next()).compose(removed -> removeAll(keys))
        : Future.succeededFuture();
  }

  private Future<Set<Long>> keyIds() {
    Promise<Set<Long>> ids = Promise.promise();
    Deadline until = Deadline.in(LIST_MS);
    context.runOnContext(
        ignored ->
            repeatedly(
                    until, () -> on(ownId(), until, session -> list(session, 0, new HashSet<>())))
                .onComplete(ids));
    return ids.future();
  }

  private static List<ControlCommand> making(
      ApiKey key, Secret plainKey, JsonObject defaults, JsonObject former) {
    String user = key.mqttUser();
    List<ControlCommand> commands = new ArrayList<>();
    if (KeyAccount.allowsByDefault(defaults)) {
      LOG.info("the broker's default access is set to deny");
      commands.add(ControlCommand.denyByDefault());
    }
    commands.add(ControlCommand.deleteAccount(user));
    KeyAccount.rolesOf(user, former).forEach(role -> commands.add(ControlCommand.deleteRole(role)));
    commands.add(ControlCommand.deleteRole(KeyAccount.role(key)));
    commands.add(ControlCommand.createRole(KeyAccount.role(key), key));
    commands.add(ControlCommand.createAccount(user, plainKey, KeyAccount.description(key)));
    commands.add(ControlCommand.addRole(user, KeyAccount.role(key)));
    return commands;
  }

  private static Future<Void> delete(ControlSession session, ApiKey key) {
    String user = key.mqttUser();
    return session
        .run(List.of(ControlCommand.getAccount(user)))
        .compose(
            found ->
                KeyAccount.belongsTo(key, found.getFirst())
                    ? session
                        .run(List.of(ControlCommand.deleteAccount(user)))
                        .<Void>mapEmpty()
                        .onSuccess(
                            gone -> LOG.info("broker account gone key={} id={}", user, key.id()))
                    : Future.succeededFuture());
  }

  private static Future<Set<Long>> list(ControlSession session, int offset, Set<Long> ids) {
    return session
        .run(List.of(ControlCommand.listAccounts(offset, PAGE)))
        .compose(
            answers -> {
              List<JsonObject> accounts = KeyAccount.accounts(answers.getFirst());
              accounts.forEach(account -> KeyAccount.keyId(account).ifPresent(ids::add));
              return accounts.size() < PAGE
                  ? Future.succeededFuture(ids)
                  : list(session, offset + PAGE, ids);
            });
  }

  private static String ownId() {
    return "ruche-" + UUID.randomUUID();
  }

  /** Runs one change after those that were asked for earlier; the time of waiting counts. */
  private <T> Future<T> inTurn(Function<Deadline, Future<T>> change) {
    Promise<T> done = Promise.promise();
    Deadline until = Deadline.in(CHANGE_MS);
    context.runOnContext(
        ignored -> {
          if (waiting >= MOST_WAITING) {
            done.fail(
                new IllegalStateException(
                    MOST_WAITING + " changes of broker accounts wait already; try again later"));
            return;
          }
          waiting++;
          Future<T> mine = lastChange.transform(before -> change.apply(until));
          lastChange = mine.<Void>mapEmpty().onComplete(ended -> waiting--);
          mine.onComplete(done);
        });
    return done.future();
  }

  private <T> Future<T> alone(Deadline until, Function<ControlSession, Future<T>> change) {
    return repeatedly(until, () -> on(sharedId, until, change));
  }

  private <T> Future<T> on(
      String clientId, Deadline until, Function<ControlSession, Future<T>> work) {
    return ControlSession.open(broker, clientId, context, until)
        .compose(session -> work.apply(session).onComplete(done -> session.close()));
  }

  private <T> Future<T> repeatedly(Deadline until, Supplier<Future<T>> attempt) {
    if (until.over()) {
      return Future.failedFuture(
          new TimeoutException("the broker " + broker + " took no change of accounts in time"));
    }
    return attempt
        .get()
        .recover(
            failure ->
                failure instanceof RefusedException || until.over()
                    ? Future.failedFuture(failure)
                    : vertx
                        .timer(
                            ThreadLocalRandom.current()
                                .nextLong(SHORTEST_PAUSE_MS, LONGEST_PAUSE_MS))
                        .compose(paused -> repeatedly(until, attempt)));
  }

  /**
   * The same for all processes that have the broker's address and for nobody else: who knew the
   * shared client id could end every change by connecting under it, that of its own key included.
   */
  private static String unguessable(Account account) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest(
                  ("accounts\n" + account.user() + "\n" + account.password())
                      .getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
