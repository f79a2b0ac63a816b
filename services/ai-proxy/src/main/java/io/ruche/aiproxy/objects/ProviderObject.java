package io.ruche.aiproxy.objects;

import java.util.regex.Pattern;

/**
 * Something that a provider keeps for a tenant.
 *
 * @param provider its name in the configuration
 * @param id the provider's own, see {@link #isId}
 * @param client the name of the key that made it
 */
public record ProviderObject(
    String provider, String id, ObjectKind kind, String tenant, String client) {

  private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,128}");

  /** Whether a text can be an id, so that it may stand in a path as it is. */
  public static boolean isId(String text) {
    return ID.matcher(text).matches();
  }

  /** A file that came of this batch. */
  ProviderObject output(String file) {
    return new ProviderObject(provider, file, ObjectKind.FILE, tenant, client);
  }

  /** Its path behind the provider's address. */
  String path() {
    return kind.path() + "/" + id;
  }
}
