package io.ruche.standalone.stores;

import com.sun.management.OperatingSystemMXBean;
import io.ruche.standalone.broker.BrokerLimits;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What the embedded stores need to know.
 *
 * @param data the folder of everything they keep
 * @param ports where they listen
 * @param given the stores that already run elsewhere; no embedded one is started for these
 * @param broker the MQTT broker's bounds
 * @param memory the two Redis' bounds
 */
public record StoreSettings(
    Path data, StorePorts ports, Given given, BrokerLimits broker, RedisMemory memory) {

  /** All embedded below this folder, with the documented ports and bounds. */
  public static StoreSettings defaults(Path data) {
    return new StoreSettings(
        data,
        StorePorts.defaults(),
        Given.none(),
        BrokerLimits.defaults(),
        RedisMemory.ofThisMachine());
  }

  /** Stores that run elsewhere, as {@link StoreUrls} has them; null where none is given. */
  public record Given(
      @Nullable URI mqtt,
      @Nullable URI redis,
      @Nullable URI hotRedis,
      @Nullable URI postgres,
      StoreUrls.@Nullable S3 s3) {

    /** All stores embedded. */
    public static Given none() {
      return new Given(null, null, null, null, null);
    }

    /** Hosts and ports only. */
    @Override
    public String toString() {
      return "Given[mqtt=%s, redis=%s, hotRedis=%s, postgres=%s, s3=%s]"
          .formatted(
              shown(mqtt),
              shown(redis),
              shown(hotRedis),
              shown(postgres),
              shown(s3 == null ? null : s3.url()));
    }

    private static String shown(@Nullable URI url) {
      return url == null ? "embedded" : StoreUrls.shown(url);
    }
  }

  /**
   * Bytes of data that a Redis holds before its policy sets in.
   *
   * @param bus past it, new work is refused
   * @param hot past it, what has a lifetime makes room
   */
  public record RedisMemory(long bus, long hot) {
    private static final long MIB = 1 << 20;

    /**
     * A quarter of the machine's memory for the bus, at most 4 GiB; an eighth of that for the hot.
     */
    public static RedisMemory ofThisMachine() {
      long memory =
          ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
              ? system.getTotalMemorySize()
              : 2048 * MIB;
      long bus = Math.clamp(memory / 4, 256 * MIB, 4096 * MIB);
      return new RedisMemory(bus, Math.max(64 * MIB, bus / 8));
    }
  }
}
