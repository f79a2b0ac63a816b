package io.ruche.aiproxy.upstream;

/** An answer on its way from a provider to a {@link Reader}. Confined to the reader's context. */
public interface Transfer {

  /** One of which nothing more comes. */
  Transfer ENDED =
      new Transfer() {
        @Override
        public void pause() {}

        @Override
        public void resume() {}

        @Override
        public void cancel() {}
      };

  /** Stops reading from the provider, as far as buffers allow; no deadline passes meanwhile. */
  void pause();

  /** Reads on after {@link #pause}. */
  void resume();

  /**
   * Told by who passes the answer on, when it begins: how many nanoseconds the request has been in
   * this process and not at the provider.
   */
  default void overhead(long nanos) {}

  /** Gives it up: what is open is closed at once and the reader hears nothing more. */
  void cancel();

  /** The same, when it is not the client that left: a bound of Ruche's own was passed. */
  default void giveUp() {
    cancel();
  }
}
