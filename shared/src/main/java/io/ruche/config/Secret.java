package io.ruche.config;

/** A value that is never printed: its text form is three stars. */
public record Secret(String value) {

  @Override
  public String toString() {
    return "***";
  }
}
