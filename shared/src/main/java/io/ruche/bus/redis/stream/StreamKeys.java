package io.ruche.bus.redis.stream;

import io.ruche.bus.CommandSpec;

/**
 * The names of everything the bus keeps in Redis for one tenant and one service. The braces are
 * part of the keys: all of a tenant's are in one slot of a Redis Cluster.
 */
public record StreamKeys(String tenant, String service) {

  /** What is not a tenant's own: leases, beats, the list of tenants. */
  private static final String COMMON = "{ruche}:";

  /** Tenants that this Redis has streams of. */
  public static final String TENANTS = COMMON + "tenants";

  /** Counts the questions to replicas; of use only as a write that they can be asked about. */
  public static final String CONFIRMATIONS = COMMON + "confirmations";

  public static String lease(String name) {
    return COMMON + "lease:" + name;
  }

  public static String beats(String service) {
    return COMMON + "beats:" + service;
  }

  /** The pub/sub channel on which a stream's name is called when something was added to it. */
  public static String bell(String service) {
    return "ruche:bell:" + service;
  }

  /** The pub/sub channel of what is on its way to clients and kept nowhere. */
  public static String pieces(String service) {
    return "ruche:pieces:" + service;
  }

  /** The tenant whose stream this is. */
  public static String tenantOf(String stream) {
    return stream.substring(1, stream.indexOf('}'));
  }

  public String commands(String command) {
    return key("cmd") + ":" + command;
  }

  public String partition(String command, int partition) {
    return commands(command) + ":p" + partition;
  }

  /** Which partition a key belongs to. */
  public static int partitionOf(String key) {
    // The product's high bits depend on all bits of the hash, its low ones on the low ones only.
    long mixed = (key.hashCode() * 0x9E3779B9L) & 0xFFFF_FFFFL;
    return (int) ((mixed * CommandSpec.PARTITIONS) >>> 32);
  }

  public String events() {
    return key("evt");
  }

  public String deadLetters() {
    return key("dlq");
  }

  /** Where deliveries of one command wait for their next attempt. */
  public String parked(String command) {
    return key("retry") + ":" + command;
  }

  public String identities() {
    return key("ids");
  }

  public String fence() {
    return key("fence");
  }

  public String partitionFence(String command, int partition) {
    return key("fence") + ":" + command + ":p" + partition;
  }

  public String checkpoints() {
    return key("checkpoints");
  }

  public String job(String command, String client, String id) {
    return jobs() + command + ":" + client + ":" + id;
  }

  /** What every job's key begins with. */
  public String jobs() {
    return key("job") + ":";
  }

  private String key(String kind) {
    return "{" + tenant + "}:" + kind + ":" + service;
  }
}
