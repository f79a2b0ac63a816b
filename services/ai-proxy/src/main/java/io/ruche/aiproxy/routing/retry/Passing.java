package io.ruche.aiproxy.routing.retry;

/** Which answers of a target may pass, so that it or another one is asked again. */
public final class Passing {

  private Passing() {}

  /** Timeouts, limits, Groq's 498 (no capacity) and faults of the provider. */
  public static boolean is(int status) {
    return status == 429 || status == 498 || isUnwell(status);
  }

  /** What an ailing provider answers; being limited is not ailing. */
  public static boolean isUnwell(int status) {
    return switch (status) {
      case 408, 500, 502, 503, 504, 529 -> true;
      default -> false;
    };
  }
}
