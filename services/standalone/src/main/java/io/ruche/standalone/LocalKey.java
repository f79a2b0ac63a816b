package io.ruche.standalone;

import io.ruche.auth.ApiKey;
import io.ruche.auth.KeyCheck;
import io.ruche.auth.KeyRequest;
import io.ruche.auth.KeyRing;
import io.ruche.auth.KeyStore;
import io.ruche.auth.KeyStore.Creation;
import io.ruche.auth.Scope;
import io.ruche.standalone.machine.DataFolder;
import io.vertx.core.Future;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Optional;

/** The key {@code local.admin}, kept in the data folder so that the command line works at once. */
public final class LocalKey {

  private static final String FILE = "admin.key";
  private static final String TENANT = "local";
  private static final String NAME = "admin";

  private LocalKey() {}

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

  /** Makes sure that the key in the folder is live, making a new one where there is none. */
  static Future<Void> ensure(Path data, KeyStore store, KeyRing ring) {
    Optional<String> known = read(data);
    if (known.isEmpty()) {
      return create(data, store, ring);
    }
    return ring.checkFresh(known.get())
        .compose(
            check ->
                switch (check) {
                  case KeyCheck.Valid valid -> Future.succeededFuture();
                  case KeyCheck.Refused refused -> create(data, store, ring);
                });
  }

  private static Future<Void> create(Path data, KeyStore store, KeyRing ring) {
    KeyRequest request =
        new KeyRequest(TENANT, NAME, ApiKey.Kind.CLIENT, EnumSet.allOf(Scope.class), null, null);
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
                      ring.revoke(TENANT, NAME).compose(done -> create(data, store, ring));
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
