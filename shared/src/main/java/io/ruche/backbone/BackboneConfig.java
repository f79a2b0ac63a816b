package io.ruche.backbone;

import io.ruche.auth.KeysConfig;
import io.ruche.auth.web.PagesConfig;
import io.ruche.bus.BusConfig;
import io.ruche.bus.envelope.Identifiers;
import io.ruche.config.Default;
import io.ruche.config.Description;
import io.ruche.config.Secret;
import io.ruche.config.SecretUri;
import io.ruche.config.Variable;
import io.ruche.http.HttpConfig;
import io.ruche.metrics.TracingConfig;
import io.ruche.store.PostgresConfig;
import io.ruche.store.S3Address;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What all services share: {@code backbone.yaml}. A store without a URL is embedded by the
 * standalone mode.
 */
public record BackboneConfig(
    @Description("The MQTT 5 broker.") Mqtt mqtt,
    @Description("The durable Redis: appendfsync always, noeviction.") BusRedis redis,
    @Description("The Redis of limits and caches, which may evict.") HotRedis hotRedis,
    @Description("PostgreSQL.") Database postgres,
    @Description("The S3 store.") S3 s3,
    @Description("Tenants with a broker and a Redis of their own, by name.")
        Map<String, Tenant> tenants,
    @Description("Every HTTP API.") HttpConfig http,
    @Description("Health and metrics of every service.") Management management,
    @Description("Commands and events.") BusConfig bus,
    @Description("API keys.") KeysConfig keys,
    @Description("Pages in a browser, and who is signed in there.") PagesConfig pages,
    @Description("Traces.") TracingConfig tracing) {

  public BackboneConfig {
    tenants = Map.copyOf(tenants);
    for (String name : tenants.keySet()) {
      if (!Identifiers.isLevel(name)) {
        throw new IllegalArgumentException(
            "tenants: '" + name + "' must be 1 to 64 of a-z, 0-9, '_' and '-'");
      }
    }
  }

  /** Who keeps the accounts of a broker. */
  public enum Accounts {
    /** Not Ruche: the embedded broker asks for the keys, another one has accounts made by hand. */
    NONE,
    /** Ruche, in the dynamic-security plugin of Mosquitto. */
    MOSQUITTO
  }

  /** Where the broker is. */
  public record Mqtt(
      @Description("mqtt[s]://[user:password@]host[:port]") @Variable("RUCHE_MQTT_URL")
          @Nullable SecretUri url,
      @Description(
              "Whether keys become accounts there: `mosquitto` with its dynamic-security plugin,"
                  + " whose admin role the address's account then needs.")
          @Variable("RUCHE_MQTT_ACCOUNTS")
          @Default("none")
          Accounts accounts) {

    public Mqtt {
      requireAccount(accounts, url, "url");
    }
  }

  /** Where health and metrics are told. */
  public record Management(
      @Description(
              "The address that the management ports listen on. They ask for no key, so it is for"
                  + " a network of probes alone.")
          @Variable("RUCHE_MANAGEMENT_BIND")
          @Default("127.0.0.1")
          String host) {

    public Management {
      if (host.isBlank()) {
        throw new IllegalArgumentException("host must be an address or name of this machine");
      }
    }
  }

  /** Where the bus's Redis is. */
  public record BusRedis(
      @Description("redis[s]://[user:password@]host[:port][/database]") @Variable("RUCHE_REDIS_URL")
          @Nullable SecretUri url) {}

  /** Where the hot Redis is. */
  public record HotRedis(
      @Description("redis[s]://[user:password@]host[:port][/database]")
          @Variable("RUCHE_HOT_REDIS_URL")
          @Nullable SecretUri url) {}

  /** Where PostgreSQL is, and how much of it a process uses. */
  public record Database(
      @Description("postgresql://user:password@host[:port]/database")
          @Variable("RUCHE_POSTGRES_URL")
          @Nullable SecretUri url,
      @Description("Connections and waits.") PostgresConfig pool) {}

  /** Where the S3 store is. */
  public record S3(
      @Description("http[s]://host[:port]") @Variable("RUCHE_S3_URL") @Nullable SecretUri url,
      @Description("The access key.") @Variable("RUCHE_S3_ACCESS_KEY") @Nullable Secret accessKey,
      @Description("The secret key.") @Variable("RUCHE_S3_SECRET_KEY") @Nullable Secret secretKey,
      @Description("The region that requests are signed for; a store of one's own takes any.")
          @Default("us-east-1")
          String region,
      @Description("The bucket with the objects that commands name.") @Default("ruche")
          String bucket) {

    /** Where it is and as whom to ask it; null unless all of it is given. */
    public @Nullable S3Address address() {
      return url == null || accessKey == null || secretKey == null
          ? null
          : new S3Address(url.value(), accessKey, secretKey, region, bucket);
    }
  }

  /** A tenant's own stores; what is left out is the shared one. */
  public record Tenant(
      @Description("Its broker.") @Variable("RUCHE_TENANT_{NAME}_MQTT_URL")
          @Nullable SecretUri mqtt,
      @Description("Whether keys become accounts there, as `mqtt.accounts`.")
          @Variable("RUCHE_TENANT_{NAME}_MQTT_ACCOUNTS")
          @Default("none")
          Accounts accounts,
      @Description("Its Redis: appendfsync always, noeviction.")
          @Variable("RUCHE_TENANT_{NAME}_REDIS_URL")
          @Nullable SecretUri redis) {

    public Tenant {
      requireAccount(accounts, mqtt, "mqtt");
    }
  }

  private static void requireAccount(Accounts accounts, @Nullable SecretUri url, String setting) {
    if (accounts == Accounts.MOSQUITTO && (url == null || url.value().getUserInfo() == null)) {
      throw new IllegalArgumentException(
          "accounts: mosquitto needs "
              + setting
              + ": mqtt://user:password@host, with an account that has the plugin's admin role");
    }
  }
}
