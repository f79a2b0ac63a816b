package io.ruche.auth;

import io.ruche.auth.limits.Access;
import io.ruche.auth.limits.Limits;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A key to be made.
 *
 * @param limits what the key may use, within the ranges of {@link Limits}
 * @param access what the key may ask for, within the ranges of {@link Access}
 * @param expiresAt null for never
 */
public record KeyRequest(
    String tenant,
    String name,
    ApiKey.Kind kind,
    Set<Scope> scopes,
    Limits limits,
    Access access,
    @Nullable Instant expiresAt) {

  private static final Pattern WORD = Pattern.compile("[a-z0-9_-]{1,64}");

  /**
   * Checks everything at once.
   *
   * @throws IllegalArgumentException lists all that is wrong and what would be right
   */
  public KeyRequest {
    scopes = Set.copyOf(scopes);
    List<String> wrong = new ArrayList<>();
    if (!WORD.matcher(tenant).matches()) {
      wrong.add("tenant '" + shown(tenant) + "' must be 1 to 64 of a-z, 0-9, '_' and '-'");
    }
    if (!WORD.matcher(name).matches()) {
      wrong.add("name '" + shown(name) + "' must be 1 to 64 of a-z, 0-9, '_' and '-'");
    }
    if (kind == ApiKey.Kind.CLIENT && scopes.isEmpty()) {
      wrong.add("a client's key needs at least one scope");
    }
    wrong.addAll(limits.flaws());
    wrong.addAll(access.flaws());
    if (expiresAt != null && !expiresAt.isAfter(Instant.now())) {
      wrong.add("expiry " + expiresAt + " must be in the future");
    }
    if (!wrong.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", wrong));
    }
  }

  /** A request for a key that may ask for everything. */
  public KeyRequest(
      String tenant,
      String name,
      ApiKey.Kind kind,
      Set<Scope> scopes,
      Limits limits,
      @Nullable Instant expiresAt) {
    this(tenant, name, kind, scopes, limits, Access.ANY, expiresAt);
  }

  private static String shown(String text) {
    String printable = text.replaceAll("[^\\x20-\\x7e]", "?");
    return printable.length() > 80 ? printable.substring(0, 80) + "..." : printable;
  }
}
