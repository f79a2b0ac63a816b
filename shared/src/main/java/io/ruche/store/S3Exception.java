package io.ruche.store;

/** An S3 store did not give an object. */
public final class S3Exception extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final boolean lasting;

  S3Exception(String message, boolean lasting) {
    super(message, null, false, false);
    this.lasting = lasting;
  }

  /** Whether asking again is of no use: there is no such object, or it is too long. */
  public boolean lasting() {
    return lasting;
  }
}
