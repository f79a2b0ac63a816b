package io.ruche.standalone.cli;

import io.ruche.auth.ApiKey;
import io.ruche.auth.KeyRequest;
import io.ruche.auth.KeyStore.Creation;
import io.ruche.auth.Scope;
import io.ruche.auth.limits.Access;
import io.ruche.auth.limits.Limits;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ruche keys create|list|revoke}. */
@Command(
    name = "keys",
    description = "API keys, which are MQTT accounts as well.",
    subcommands = {
      KeysCommand.Create.class,
      KeysCommand.Listing.class,
      KeysCommand.Limit.class,
      KeysCommand.Revoke.class
    },
    synopsisSubcommandLabel = "COMMAND")
@SuppressWarnings("NullAway.Init") // picocli sets the options
public final class KeysCommand {

  /** Makes a key. */
  @Command(
      name = "create",
      description = "Makes a key and prints it, and only it, on standard output: now or never.")
  static final class Create implements Callable<Integer> {

    @Option(names = "--tenant", required = true, description = "Whose it is: a-z, 0-9, _ and -.")
    private String tenant;

    @Option(
        names = "--name",
        required = true,
        description = "The client's name, unique in its tenant: a-z, 0-9, _ and -.")
    private String name;

    @Mixin private LimitOptions limits;

    @Mixin private AccessOptions access;

    @Option(
        names = "--scopes",
        split = ",",
        defaultValue = "ai,events",
        description = "Some of ${COMPLETION-CANDIDATES}; ${DEFAULT-VALUE} without it.")
    private List<Scope> scopes;

    @Option(names = "--days", description = "Days until it expires; never without it.")
    private @Nullable Integer days;

    @Option(
        names = "--device",
        description = "For a device, which only publishes below its own dev topics.")
    private boolean device;

    @Option(names = "--data", description = "The data folder of the running Ruche.")
    private @Nullable Path data;

    @Override
    public Integer call() throws TimeoutException {
      Set<Scope> allowed = device ? EnumSet.noneOf(Scope.class) : EnumSet.copyOf(scopes);
      KeyRequest request =
          new KeyRequest(
              tenant,
              name,
              device ? ApiKey.Kind.DEVICE : ApiKey.Kind.CLIENT,
              allowed,
              limits.over(Limits.NONE),
              access.over(Access.ANY),
              days == null ? null : Instant.now().plus(Duration.ofDays(days)));
      try (Workbench bench = Workbench.open(data)) {
        return switch (Workbench.await(bench.keys().store().create(request))) {
          case Creation.Created created -> {
            System.out.println(created.plain().value());
            System.err.println(
                "Made "
                    + created.key().mqttUser()
                    + " (also its MQTT user name). It is not shown again.");
            yield 0;
          }
          case Creation.NameTaken taken ->
              throw new CliFailure(
                  taken.by().mqttUser()
                      + " has a live key since "
                      + taken.by().createdAt()
                      + ". Revoke it first, or choose another name.");
        };
      }
    }
  }

  /** Lists keys. */
  @Command(name = "list", description = "Lists the live keys.")
  static final class Listing implements Callable<Integer> {

    @Option(names = "--tenant", description = "Only this tenant's.")
    private @Nullable String tenant;

    @Option(names = "--revoked", description = "Revoked ones as well.")
    private boolean revoked;

    @Option(names = "--json", description = "As JSON.")
    private boolean json;

    @Option(names = "--data", description = "The data folder of the running Ruche.")
    private @Nullable Path data;

    @Override
    public Integer call() throws TimeoutException {
      List<ApiKey> keys = new ArrayList<>();
      try (Workbench bench = Workbench.open(data)) {
        Workbench.Keys opened = bench.keys();
        List<ApiKey> page;
        do {
          long after = keys.isEmpty() ? 0 : keys.getLast().id();
          page = Workbench.await(opened.store().list(tenant, revoked, after));
          keys.addAll(page);
        } while (!page.isEmpty());
      }
      if (json) {
        JsonArray all = new JsonArray();
        keys.forEach(key -> all.add(toJson(key)));
        System.out.println(all.encodePrettily());
      } else {
        Table table =
            new Table("TENANT", "NAME", "KIND", "SCOPES", "LIMITS", "MAY", "EXPIRES", "STATE");
        for (ApiKey key : keys) {
          table.row(
              key.tenant(),
              key.name(),
              key.kind().word(),
              scopes(key),
              LimitOptions.shown(key.limits()),
              AccessOptions.shown(key.access()),
              key.expiresAt() == null ? "never" : key.expiresAt().toString(),
              state(key));
        }
        System.out.print(table);
      }
      return 0;
    }

    private static String scopes(ApiKey key) {
      return key.scopes().stream().map(Scope::word).sorted().collect(Collectors.joining(","));
    }

    private static String state(ApiKey key) {
      if (key.revokedAt() != null) {
        return "revoked";
      }
      return key.expired(Instant.now()) ? "expired" : "live";
    }

    private static JsonObject toJson(ApiKey key) {
      return new JsonObject()
          .put("tenant", key.tenant())
          .put("name", key.name())
          .put("kind", key.kind().word())
          .put("scopes", new JsonArray(key.scopes().stream().map(Scope::word).sorted().toList()))
          .put("rpm", key.rpm())
          .put("limits", LimitOptions.toJson(key.limits()))
          .put("access", AccessOptions.toJson(key.access()))
          .put("created_at", key.createdAt())
          .put("expires_at", key.expiresAt())
          .put("revoked_at", key.revokedAt())
          .put("state", state(key));
    }
  }

  /** Changes limits. */
  @Command(
      name = "limit",
      description =
          "Changes limits of a live key and what it may ask for, everywhere within a second.",
      footer = {"", "Limits that are not named stay; 'none' takes one away."})
  static final class Limit implements Callable<Integer> {

    @Option(names = "--tenant", required = true, description = "Whose it is.")
    private String tenant;

    @Option(names = "--name", required = true, description = "The client's name.")
    private String name;

    @Mixin private LimitOptions limits;

    @Mixin private AccessOptions access;

    @Option(names = "--data", description = "The data folder of the running Ruche.")
    private @Nullable Path data;

    @Override
    public Integer call() throws TimeoutException {
      if (!access.some()) {
        limits.requireSome();
      }
      try (Workbench bench = Workbench.open(data)) {
        ApiKey key =
            Workbench.await(bench.keys().store().limit(tenant, name, limits::over, access::over))
                .orElseThrow(
                    () -> new CliFailure("There is no live key " + tenant + "." + name + "."));
        System.err.println(
            key.mqttUser()
                + ": "
                + LimitOptions.shown(key.limits())
                + "; may ask for: "
                + AccessOptions.shown(key.access()));
        return 0;
      }
    }
  }

  /** Revokes a key. */
  @Command(
      name = "revoke",
      description = "Ends a key everywhere within a second, live MQTT sessions included.")
  static final class Revoke implements Callable<Integer> {

    @Option(names = "--tenant", required = true, description = "Whose it is.")
    private String tenant;

    @Option(names = "--name", required = true, description = "The client's name.")
    private String name;

    @Option(names = "--data", description = "The data folder of the running Ruche.")
    private @Nullable Path data;

    @Override
    public Integer call() throws TimeoutException {
      try (Workbench bench = Workbench.open(data)) {
        if (Workbench.await(bench.keys().ring().revoke(tenant, name)).isEmpty()) {
          throw new CliFailure("There is no live key " + tenant + "." + name + ".");
        }
        System.err.println("Revoked " + tenant + "." + name + ".");
        return 0;
      }
    }
  }
}
