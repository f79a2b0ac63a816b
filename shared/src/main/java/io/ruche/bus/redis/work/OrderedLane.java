package io.ruche.bus.redis.work;

import io.ruche.bus.CommandSpec;
import io.ruche.bus.redis.stream.Beats;
import io.ruche.bus.redis.stream.StreamKeys;
import io.ruche.store.RedisLink;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Works off a command whose deliveries keep the order of their keys: partitions, fairly shared. */
final class OrderedLane implements Lane {

  private static final Logger LOG = LoggerFactory.getLogger(OrderedLane.class);

  private final List<Partition> partitions = new ArrayList<>();
  private final Set<String> tenants = new TreeSet<>();
  private boolean draining;

  OrderedLane(
      RedisLink link,
      String service,
      String consumer,
      CommandSpec spec,
      Execution execution,
      Finisher finisher) {
    for (int i = 0; i < CommandSpec.PARTITIONS; i++) {
      partitions.add(new Partition(link, service, consumer, spec, i, execution, finisher));
    }
  }

  @Override
  public void ring(String stream) {
    if (!tenants.contains(StreamKeys.tenantOf(stream))) {
      return;
    }
    for (Partition partition : partitions) {
      if (partition.stream(StreamKeys.tenantOf(stream)).equals(stream)) {
        partition.ring(stream);
      }
    }
  }

  @Override
  public void addTenant(String tenant) {
    if (tenants.add(tenant)) {
      partitions.forEach(partition -> partition.addTenant(tenant));
    }
  }

  @Override
  public Future<Void> tick(Beats beats) {
    if (draining) {
      return Future.succeededFuture();
    }
    int share = Math.ceilDiv(CommandSpec.PARTITIONS, beats.alive());
    int owned = (int) partitions.stream().filter(Partition::isOwned).count();
    List<Future<?>> ticked = new ArrayList<>();
    for (Partition partition : partitions) {
      if (partition.isOwned() && owned > share) {
        owned--;
        // Not waited for: what runs may take its time, while all other leases must be renewed.
        partition
            .leave()
            .onComplete(left -> LOG.debug("left a partition to the {} others", beats.alive() - 1));
      } else {
        // Only what can be had counts: one that another process keeps must not use up the share.
        boolean wanted = partition.isOwned() || (owned < share && partition.seemsFree());
        owned += wanted && !partition.isOwned() ? 1 : 0;
        ticked.add(partition.tick(wanted));
      }
    }
    return Future.join(ticked).mapEmpty();
  }

  @Override
  public Future<Void> drain() {
    draining = true;
    return Future.join(partitions.stream().map(Partition::leave).toList()).mapEmpty();
  }

  @Override
  public int inHand() {
    return partitions.stream().mapToInt(Partition::inHand).sum();
  }

  @Override
  public List<String> streams() {
    return tenants.stream()
        .flatMap(tenant -> partitions.stream().map(partition -> partition.stream(tenant)))
        .toList();
  }
}
