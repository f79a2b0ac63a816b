package io.ruche.config.source;

import java.util.regex.Pattern;

/** Where in a YAML file a value stands, for example {@code tenants.azoth.brokers[0].url}. */
public record KeyPath(String text) {

  /** The top of the file, which has no name. */
  public static final KeyPath ROOT = new KeyPath("");

  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_<>-]{1,64}");

  /** The value of a key; keys with dots, spaces and the like are quoted. */
  public KeyPath key(String name) {
    String shown = PLAIN.matcher(name).matches() ? name : Shown.quoted(name);
    return new KeyPath(text.isEmpty() ? shown : text + "." + shown);
  }

  /** An item of a list, counted from 0. */
  public KeyPath item(int index) {
    return new KeyPath(text + "[" + index + "]");
  }

  @Override
  public String toString() {
    return text;
  }
}
