package io.ruche.standalone.stores;

/**
 * The ports of 127.0.0.1 that the embedded stores listen on.
 *
 * @param mqtt HiveMQ CE, MQTT 5 and 3.1.1
 * @param redis the bus's Redis
 * @param hotRedis the Redis of limits and caches
 * @param postgres PostgreSQL
 * @param s3 S3Proxy, plain HTTP
 */
public record StorePorts(int mqtt, int redis, int hotRedis, int postgres, int s3) {
  private static final int HIGHEST = 65_535;

  public StorePorts {
    for (int port : new int[] {mqtt, redis, hotRedis, postgres, s3}) {
      if (port < 1 || port > HIGHEST) {
        throw new IllegalArgumentException("a port is 1 to 65535, not " + port);
      }
    }
  }

  /** The documented ports. */
  public static StorePorts defaults() {
    return new StorePorts(11_883, 16_379, 16_380, 15_432, 19_000);
  }
}
