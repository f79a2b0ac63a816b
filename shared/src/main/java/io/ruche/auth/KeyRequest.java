package io.ruche.auth;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A key to be made.
 *
 * @param rpm requests a minute, 1 to 1,000,000; null for no limit
 * @param expiresAt null for never
 */
public record KeyRequest(
    String tenant,
    String name,
    ApiKey.Kind kind,
    Set<Scope> scopes,
    @Nullable Integer rpm,
    @Nullable Instant expiresAt) {

  /** The largest limit: past it a limit per minute limits nothing here. */
  public static final int MOST_RPM = 1_000_000;

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
    if (rpm != null && (rpm < 1 || rpm > MOST_RPM)) {
      wrong.add("rpm " + rpm + " must be between 1 and " + MOST_RPM);
    }
    if (expiresAt != null && !expiresAt.isAfter(Instant.now())) {
      wrong.add("expiry " + expiresAt + " must be in the future");
    }
    if (!wrong.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", wrong));
    }
  }

  private static String shown(String text) {
    String printable = text.replaceAll("[^\\x20-\\x7e]", "?");
    return printable.length() > 80 ? printable.substring(0, 80) + "..." : printable;
  }
}
