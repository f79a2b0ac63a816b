package io.ruche.aiproxy.form;

import io.ruche.http.Failure;

/**
 * How long a form may be.
 *
 * @param setting that says so, as in {@code max-audio in ai-proxy.yaml}
 */
public record FormLimit(long bytes, String setting) {

  /** 413: a form is longer. */
  public Failure exceeded() {
    return Failure.payloadTooLarge(
        "The form is longer than the limit of "
            + bytes
            + " bytes ("
            + setting
            + " in ai-proxy.yaml).");
  }
}
