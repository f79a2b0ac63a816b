package io.ruche.auth;

import io.ruche.auth.limits.Access;
import io.ruche.auth.limits.Limits;
import java.time.Instant;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one API key; never its text.
 *
 * @param id unlike the name, never used again
 * @param name the client's or device's name, unique among its tenant's live keys
 * @param limits what it may use
 * @param access what it may ask for in one request
 * @param expiresAt the moment from which it is refused; null for never
 * @param revokedAt when it was revoked; null while it is live
 */
public record ApiKey(
    long id,
    String tenant,
    String name,
    Kind kind,
    Set<Scope> scopes,
    Limits limits,
    Access access,
    Instant createdAt,
    @Nullable Instant expiresAt,
    @Nullable Instant revokedAt) {

  /** Who holds a key, which decides what it may do on a broker. */
  public enum Kind {
    /** Sends commands, receives events and replies. */
    CLIENT,
    /** Publishes its own telemetry and state. */
    DEVICE;

    /** The kind as commands, files and the database spell it: {@code client}. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public ApiKey {
    scopes = Set.copyOf(scopes);
  }

  /** A key that may ask for everything. */
  public ApiKey(
      long id,
      String tenant,
      String name,
      Kind kind,
      Set<Scope> scopes,
      Limits limits,
      Instant createdAt,
      @Nullable Instant expiresAt,
      @Nullable Instant revokedAt) {
    this(id, tenant, name, kind, scopes, limits, Access.ANY, createdAt, expiresAt, revokedAt);
  }

  /** Requests a minute; null for no limit. */
  public @Nullable Integer rpm() {
    return limits.rpm();
  }

  /** Whether the key has the scope. */
  public boolean allows(Scope scope) {
    return scopes.contains(scope);
  }

  /** Whether the key's time is over at {@code now}. */
  public boolean expired(Instant now) {
    return expiresAt != null && !now.isBefore(expiresAt);
  }

  /** The MQTT user name that goes with the key: {@code tenant.name}. */
  public String mqttUser() {
    return tenant + "." + name;
  }
}
