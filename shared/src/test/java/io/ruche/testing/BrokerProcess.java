package io.ruche.testing;

import java.io.IOException;
import java.net.URI;

/** A real MQTT broker in a process of its own, with its data on disk. */
public interface BrokerProcess extends AutoCloseable {

  URI url();

  Process process();

  /** Starts it again on the same port and data. */
  void launch() throws IOException;

  /** kill -9 */
  default void kill() {
    process().destroyForcibly().onExit().join();
  }

  /** Kills it and deletes its data. */
  @Override
  void close();
}
