package io.ruche.embedservice.index.qdrant;

import io.ruche.embedservice.index.Space;
import io.vertx.core.Future;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** About how large spaces are, as Qdrant last said; those asked for longest ago are forgotten. */
final class SpaceSizes {

  private static final int MOST = 10_000;
  private static final long AGE_NANOS = 30_000_000_000L;

  private record Size(long chunks, long asked) {}

  private final Map<Space, Size> sizes = new LinkedHashMap<>(16, 0.75f, true);

  /** At most half a minute old. */
  Future<Long> of(Space space, Supplier<Future<Long>> count) {
    Size known = known(space);
    long now = System.nanoTime();
    if (known != null && now - known.asked() < AGE_NANOS) {
      return Future.succeededFuture(known.chunks());
    }
    return count.get().onSuccess(chunks -> keep(space, new Size(chunks, now)));
  }

  private synchronized @Nullable Size known(Space space) {
    return sizes.get(space);
  }

  private synchronized void keep(Space space, Size size) {
    sizes.put(space, size);
    if (sizes.size() > MOST) {
      sizes.remove(sizes.keySet().iterator().next());
    }
  }
}
