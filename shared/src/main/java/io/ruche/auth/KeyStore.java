package io.ruche.auth;

import io.ruche.auth.limits.Access;
import io.ruche.auth.limits.AccessJson;
import io.ruche.auth.limits.Limits;
import io.ruche.config.Secret;
import io.ruche.store.Postgres;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys in PostgreSQL, schema {@value #SCHEMA}. Every operation fails when PostgreSQL does not
 * answer in time.
 *
 * <p>A name belongs to one live key of its tenant. Once that key is revoked or has expired, the
 * name is free and a new key may take it: that is how a key is replaced. The new key then is that
 * client: it reads the replies and receipts of the name, and shares its budgets, ledger and
 * remembered command ids. Only {@link ApiKey#id()} tells the two apart.
 */
public final class KeyStore {

  /** The schema that {@link Postgres} must be told to migrate. */
  public static final String SCHEMA = "ruche_auth";

  /** Every process holds all live keys in memory, so there is a bound on them. */
  public static final int MOST_LIVE_KEYS = 100_000;

  private static final Logger LOG = LoggerFactory.getLogger(KeyStore.class);
  private static final int PAGE = 500;
  private static final int MOST_CHANGES = 10_000;

  private static final String COLUMNS =
      " k.id, k.hash, k.tenant, k.name, k.kind, k.scopes, k.limits, k.access, k.created_at,"
          + " k.expires_at, k.revoked_at, k.version ";
  private static final String FREE_EXPIRED_NAME =
      "UPDATE ruche_auth.api_key SET revoked_at = now()"
          + " WHERE tenant = $1 AND name = $2 AND revoked_at IS NULL AND expires_at <= now()";
  private static final String INSERT =
      "INSERT INTO ruche_auth.api_key AS k (hash, tenant, name, kind, scopes, limits, access,"
          + " expires_at) SELECT $1, $2, $3, $4, $5, $6, $7, $8 WHERE"
          + " (SELECT count(*) FROM ruche_auth.api_key WHERE revoked_at IS NULL) < "
          + MOST_LIVE_KEYS
          + " ON CONFLICT (tenant, name) WHERE revoked_at IS NULL DO NOTHING RETURNING"
          + COLUMNS;
  private static final String LIVE_BY_NAME =
      "SELECT"
          + COLUMNS
          + "FROM ruche_auth.api_key k WHERE tenant = $1 AND name = $2 AND revoked_at IS NULL";
  private static final String LIST =
      "SELECT"
          + COLUMNS
          + "FROM ruche_auth.api_key k WHERE ($1::text IS NULL OR tenant = $1)"
          + " AND ($2 OR revoked_at IS NULL) AND id > $3 ORDER BY id LIMIT "
          + PAGE;
  private static final String REVOKE_BY_NAME =
      "UPDATE ruche_auth.api_key k SET revoked_at = now()"
          + " WHERE tenant = $1 AND name = $2 AND revoked_at IS NULL RETURNING"
          + COLUMNS;
  private static final String LOCK_BY_NAME = LIVE_BY_NAME + " FOR UPDATE";
  private static final String LIMIT =
      "UPDATE ruche_auth.api_key k SET limits = (limits - $2::text[]) || $3,"
          + " access = (access - $4::text[]) || $5 WHERE id = $1 RETURNING"
          + COLUMNS;
  private static final String REVOKE_BY_HASH =
      "UPDATE ruche_auth.api_key SET revoked_at = now()"
          + " WHERE hash = ANY($1) AND revoked_at IS NULL";
  private static final String ENDED =
      "SELECT"
          + COLUMNS
          + "FROM ruche_auth.api_key k WHERE id = ANY($1)"
          + " AND (revoked_at IS NOT NULL OR expires_at <= now())";
  private static final String ALL_LIVE =
      "SELECT c.version AS newest,"
          + COLUMNS
          + "FROM ruche_auth.key_change c LEFT JOIN ruche_auth.api_key k ON k.revoked_at IS NULL";
  private static final String CHANGED =
      "SELECT c.version AS newest,"
          + COLUMNS
          + "FROM ruche_auth.key_change c LEFT JOIN ruche_auth.api_key k ON k.version > $1"
          + " ORDER BY k.version LIMIT "
          + MOST_CHANGES;

  /** Null where there is no row. */
  private static final String BEARER =
      "SELECT bool_or(revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())) AS live"
          + " FROM ruche_auth.api_key WHERE tenant = $1 AND name = $2";

  private final Postgres postgres;
  private final RevocationBoard board;
  private final BrokerAccounts accounts;

  public KeyStore(Postgres postgres, RevocationBoard board, BrokerAccounts accounts) {
    this.postgres = postgres;
    this.board = board;
    this.accounts = accounts;
  }

  /** What became of a request for a key. */
  public sealed interface Creation {

    /**
     * The key was made.
     *
     * @param plain its text, which is known now and never again
     */
    record Created(ApiKey key, Secret plain) implements Creation {}

    /** The tenant has a live key of that name. */
    record NameTaken(ApiKey by) implements Creation {}
  }

  /** Who bears a name. */
  public enum Bearer {
    /** No key ever did. */
    NOBODY,
    /** A live key. */
    LIVE_KEY,
    /** Keys that were revoked or have expired. */
    FORMER_KEY
  }

  /** A row: the key and what it is found by. */
  record Stored(String hash, ApiKey key, long version) {}

  /**
   * What readers in memory follow.
   *
   * @param version the version up to which {@code rows} are all there is
   */
  record Changes(long version, List<Stored> rows) {}

  /**
   * Makes a key and its account on the broker; when the broker refuses, the key is revoked again
   * and the future fails.
   */
  public Future<Creation> create(KeyRequest request) {
    Secret plain = KeyFormat.generate();
    return postgres
        .inTransaction(connection -> insert(connection, plain, request))
        .compose(this::provision);
  }

  /**
   * Lists keys by ascending id, at most 500; the next page is after the last id of this one.
   *
   * @param tenant null for all tenants
   * @param revokedToo whether revoked keys are listed as well
   * @param afterId 0 for the first page
   */
  public Future<List<ApiKey>> list(@Nullable String tenant, boolean revokedToo, long afterId) {
    return postgres
        .query(LIST, Tuple.of(tenant, revokedToo, afterId))
        .map(rows -> stored(rows).stream().map(Stored::key).toList());
  }

  /**
   * Revokes the live key of that name: in PostgreSQL, then on the board, then on the broker. Empty
   * when there is none. The key is revoked once PostgreSQL has it; what fails after that is logged
   * and made good by the rings.
   */
  public Future<Optional<ApiKey>> revoke(String tenant, String name) {
    return postgres
        .queryAside(REVOKE_BY_NAME, Tuple.of(tenant, name))
        .compose(
            rows -> {
              List<Stored> revoked = stored(rows);
              return revoked.isEmpty()
                  ? Future.succeededFuture(Optional.empty())
                  : spread(revoked.getFirst()).map(done -> Optional.of(revoked.getFirst().key()));
            });
  }

  /**
   * Changes the limits of the live key of that name, in one step; every ring that reaches
   * PostgreSQL has them with its next poll, within a second. Empty when there is no such key.
   *
   * @param change makes the new limits of the present ones; refused with an
   *     IllegalArgumentException when they are out of range
   */
  public Future<Optional<ApiKey>> limit(String tenant, String name, UnaryOperator<Limits> change) {
    return limit(tenant, name, change, UnaryOperator.identity());
  }

  /**
   * As {@link #limit(String, String, UnaryOperator)}, and in the same step what the key may ask
   * for.
   *
   * @param reach makes the new access of the present one; refused in the same way
   */
  public Future<Optional<ApiKey>> limit(
      String tenant, String name, UnaryOperator<Limits> change, UnaryOperator<Access> reach) {
    return postgres.inTransaction(
        connection ->
            connection
                .preparedQuery(LOCK_BY_NAME)
                .execute(Tuple.of(tenant, name))
                .compose(
                    rows ->
                        rows.size() == 0
                            ? Future.succeededFuture(Optional.empty())
                            : relimit(connection, stored(rows).getFirst().key(), change, reach)));
  }

  private static Future<Optional<ApiKey>> relimit(
      SqlConnection connection,
      ApiKey key,
      UnaryOperator<Limits> change,
      UnaryOperator<Access> reach) {
    Limits limits = change.apply(key.limits());
    Access access = reach.apply(key.access());
    List<String> flaws = new ArrayList<>(limits.flaws());
    flaws.addAll(access.flaws());
    if (!flaws.isEmpty()) {
      return Future.failedFuture(new IllegalArgumentException(String.join("; ", flaws)));
    }
    String[] former = key.limits().byName().keySet().toArray(String[]::new);
    String[] formerAccess = key.access().byName().keySet().toArray(String[]::new);
    return connection
        .preparedQuery(LIMIT)
        .execute(Tuple.of(key.id(), former, json(limits), formerAccess, AccessJson.of(access)))
        .map(rows -> Optional.of(stored(rows).getFirst().key()));
  }

  /** Of the keys with these ids, those that were revoked or have expired. */
  public Future<List<ApiKey>> ended(Collection<Long> ids) {
    return postgres
        .queryAside(ENDED, Tuple.of(ids.toArray(Long[]::new)))
        .map(rows -> stored(rows).stream().map(Stored::key).toList());
  }

  /** Who bears a name of a tenant. */
  public Future<Bearer> bearer(String tenant, String name) {
    return postgres
        .queryAside(BEARER, Tuple.of(tenant, name))
        .map(
            rows -> {
              Boolean live = rows.iterator().next().getBoolean("live");
              return live == null ? Bearer.NOBODY : live ? Bearer.LIVE_KEY : Bearer.FORMER_KEY;
            });
  }

  /** All live keys, expired ones included. */
  Future<Changes> live() {
    return postgres
        .queryAside(ALL_LIVE, Tuple.tuple())
        .map(rows -> changes(rows, Integer.MAX_VALUE));
  }

  /** Every row that changed after {@code version}, oldest first, at most 10,000 at once. */
  Future<Changes> changesSince(long version) {
    return postgres.queryAside(CHANGED, Tuple.of(version)).map(rows -> changes(rows, MOST_CHANGES));
  }

  /** Revokes what was revoked on the board alone. */
  Future<Void> revokeHashes(Collection<String> hashes) {
    return postgres.queryAside(REVOKE_BY_HASH, Tuple.of(hashes.toArray(String[]::new))).mapEmpty();
  }

  private static Future<Creation> insert(
      SqlConnection connection, Secret plain, KeyRequest request) {
    Tuple name = Tuple.of(request.tenant(), request.name());
    return connection
        .preparedQuery(FREE_EXPIRED_NAME)
        .execute(name)
        .compose(freed -> connection.preparedQuery(INSERT).execute(values(plain, request)))
        .compose(
            rows ->
                rows.size() == 0
                    ? connection.preparedQuery(LIVE_BY_NAME).execute(name).map(KeyStore::taken)
                    : Future.succeededFuture(created(rows, plain)));
  }

  private static Tuple values(Secret plain, KeyRequest request) {
    Instant expires = request.expiresAt();
    return Tuple.of(
        KeyFormat.hash(plain.value()),
        request.tenant(),
        request.name(),
        request.kind().word(),
        request.scopes().stream().map(Scope::word).sorted().toArray(String[]::new),
        json(request.limits()),
        AccessJson.of(request.access()),
        expires == null ? null : expires.atOffset(ZoneOffset.UTC));
  }

  private static JsonObject json(Limits limits) {
    JsonObject json = new JsonObject();
    limits.byName().forEach(json::put);
    return json;
  }

  private static Creation created(RowSet<Row> rows, Secret plain) {
    return new Creation.Created(stored(rows).getFirst().key(), plain);
  }

  private static Creation taken(RowSet<Row> rows) {
    return stored(rows).stream()
        .findFirst()
        .<Creation>map(by -> new Creation.NameTaken(by.key()))
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "there are "
                        + MOST_LIVE_KEYS
                        + " live keys, the most there may be: revoke some"));
  }

  private Future<Creation> provision(Creation creation) {
    return switch (creation) {
      case Creation.NameTaken taken -> Future.succeededFuture(taken);
      case Creation.Created created ->
          accounts
              .provision(created.key(), created.plain())
              .<Creation>map(created)
              .recover(refusal -> undo(created, refusal));
    };
  }

  private Future<Creation> undo(Creation.Created created, Throwable refusal) {
    IllegalStateException failure =
        new IllegalStateException(
            "the broker took no account for "
                + created.key().mqttUser()
                + ", so the key was not made: "
                + refusal.getMessage(),
            refusal);
    // What became of a request that had no answer is not known.
    return Future.join(
            revokeHashes(List.of(KeyFormat.hash(created.plain().value()))),
            accounts.remove(created.key()))
        .transform(done -> Future.failedFuture(failure));
  }

  private Future<Void> spread(Stored revoked) {
    ApiKey key = revoked.key();
    return Future.join(
            board
                .post(List.of(revoked.hash()))
                .onFailure(e -> LOG.warn("revocation not posted key={}", key.mqttUser(), e)),
            accounts
                .remove(key)
                .onFailure(e -> LOG.warn("broker account not removed key={}", key.mqttUser(), e)))
        .otherwiseEmpty()
        .mapEmpty();
  }

  private static Changes changes(RowSet<Row> rows, int most) {
    List<Stored> changed = stored(rows);
    long newest = rows.iterator().next().getLong("newest");
    boolean all = changed.size() < most;
    return new Changes(all ? newest : changed.getLast().version(), changed);
  }

  private static List<Stored> stored(RowSet<Row> rows) {
    List<Stored> keys = new ArrayList<>(rows.size());
    for (Row row : rows) {
      if (row.getLong("id") != null) {
        keys.add(new Stored(row.getString("hash"), key(row), row.getLong("version")));
      }
    }
    return keys;
  }

  private static ApiKey key(Row row) {
    JsonObject limits = row.getJsonObject("limits");
    return new ApiKey(
        row.getLong("id"),
        row.getString("tenant"),
        row.getString("name"),
        ApiKey.Kind.valueOf(row.getString("kind").toUpperCase(Locale.ROOT)),
        scopes(row.getArrayOfStrings("scopes")),
        Limits.of(limits::getNumber),
        AccessJson.of(row.getJsonObject("access"), Access.ANY),
        Objects.requireNonNull(instant(row.getOffsetDateTime("created_at"))),
        instant(row.getOffsetDateTime("expires_at")),
        instant(row.getOffsetDateTime("revoked_at")));
  }

  private static Set<Scope> scopes(String[] words) {
    Set<Scope> scopes = EnumSet.noneOf(Scope.class);
    for (Scope scope : Scope.values()) {
      // A scope of a newer version, beside which this one may run for a while, is nothing here.
      if (List.of(words).contains(scope.word())) {
        scopes.add(scope);
      }
    }
    return scopes;
  }

  private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
    return time == null ? null : time.toInstant();
  }
}
