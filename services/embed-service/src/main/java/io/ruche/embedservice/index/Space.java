package io.ruche.embedservice.index;

/**
 * One collection of one tenant: what is searched together. Nothing is ever found beyond it.
 *
 * @param tenant 1 to 256 characters, well-formed Unicode
 * @param collection the same
 */
public record Space(String tenant, String collection) {

  private static final int LONGEST = 256;

  /** Refuses what a store could mix up with another name. */
  public Space {
    check("tenant", tenant);
    check("collection", collection);
  }

  /** One text for both names; no other space has the same. */
  public String key() {
    return tenant.length() + ":" + tenant + ":" + collection;
  }

  private static void check(String what, String name) {
    if (name.isEmpty() || name.length() > LONGEST) {
      throw new IllegalArgumentException(
          "a %s has 1 to %d characters, not %d".formatted(what, LONGEST, name.length()));
    }
    if (!WellFormed.is(name)) {
      throw new IllegalArgumentException("a " + what + " is well-formed Unicode");
    }
  }
}
