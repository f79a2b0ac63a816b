package io.ruche.standalone.broker;

/**
 * The bounds of the embedded broker.
 *
 * @param maxPacketBytes the largest packet taken from a client, head and properties included
 * @param maxQueuedMessages messages kept for one client that is away or slow; past it new ones are
 *     dropped and counted
 * @param maxInFlight messages sent to one client and not acknowledged yet; the window of the
 *     ingress
 * @param maxConnections clients at a time
 */
public record BrokerLimits(
    int maxPacketBytes, long maxQueuedMessages, int maxInFlight, long maxConnections) {
  private static final int HIGHEST_IN_FLIGHT = 65_535;

  public BrokerLimits {
    if (maxPacketBytes < 1024 || maxQueuedMessages < 1 || maxConnections < 1) {
      throw new IllegalArgumentException(
          "a packet needs 1024 bytes or more, a queue and the connections 1 or more");
    }
    if (maxInFlight < 1 || maxInFlight > HIGHEST_IN_FLIGHT) {
      throw new IllegalArgumentException("in flight are 1 to 65535, not " + maxInFlight);
    }
  }

  /**
   * 1.2 MiB packets (1 MiB of data and room for the envelope), 1,000,000 queued, 1,000 in flight.
   */
  public static BrokerLimits defaults() {
    return new BrokerLimits(1_258_291, 1_000_000, 1000, 10_000);
  }
}
