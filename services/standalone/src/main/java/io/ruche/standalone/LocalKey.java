package io.ruche.standalone;

import io.ruche.auth.ApiKey;
import io.ruche.auth.BrokerAccounts;
import io.ruche.auth.KeyCheck;
import io.ruche.auth.KeyRequest;
import io.ruche.auth.KeyRing;
import io.ruche.auth.KeyStore;
import io.ruche.auth.KeyStore.Creation;
import io.ruche.auth.Scope;
import io.ruche.auth.limits.Limits;
import io.ruche.config.Secret;
import io.ruche.standalone.machine.DataFolder;
import io.vertx.core.Future;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The key {@code local.admin}, kept in the data folder so that the command line works at once. */
public final class LocalKey {

  private static final Logger LOG = LoggerFactory.getLogger(LocalKey.class);
  private static final String FILE = "admin.key";
  private static final String TENANT = "local";
  private static final String NAME = "admin";

  private final Path data;
  private final KeyStore store;
  private final KeyRing ring;
  private final BrokerAccounts accounts;

  LocalKey(Path data, KeyStore store, KeyRing ring, BrokerAccounts accounts) {
    this.data = data;
    this.store = store;
    this.ring = ring;
    this.accounts = accounts;
  }

  /** The key, if this folder has one and this user may read it. */
  public static Optional<String> read(Path data) {
    Path file = data.resolve(FILE);
    try {
      return Files.isReadable(file)
          ? Optional.of(Files.readString(file).strip())
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * Makes sure that the key in the folder is live, making a new one where there is none. Its text
   * is at hand, so a broker that has not its account gets it now.
   */
  Future<Void> ensure() {
    Optional<String> known = read(data);
    if (known.isEmpty()) {
      return create();
    }
    return ring.checkFresh(known.get())
        .compose(
            check ->
                switch (check) {
                  case KeyCheck.Valid valid -> provision(valid.key(), new Secret(known.get()));
                  case KeyCheck.Refused refused -> create();
                });
  }

  private Future<Void> provision(ApiKey key, Secret plain) {
    return accounts
        .provision(key, plain)
        .otherwise(
            failure -> {
              LOG.warn("{} may have no account: {}", key.mqttUser(), failure.getMessage());
              return null;
            });
  }

  private Future<Void> create() {
    KeyRequest request =
        new KeyRequest(
            TENANT, NAME, ApiKey.Kind.CLIENT, EnumSet.allOf(Scope.class), Limits.NONE, null);
    return store
        .create(request)
        .compose(
            creation ->
                switch (creation) {
                  case Creation.Created created -> {
                    write(data, created.plain().value());
                    yield Future.succeededFuture();
                  }
                  // Its text is lost with the file, so it is replaced.
                  case Creation.NameTaken taken ->
                      ring.revoke(TENANT, NAME).compose(done -> create());
                });
  }

  private static void write(Path data, String key) {
    try {
      DataFolder.writeSecret(data.resolve(FILE), key + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
