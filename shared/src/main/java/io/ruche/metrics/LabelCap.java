package io.ruche.metrics;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.config.MeterFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Bounds the values that a label takes within one metric. Values past the bound count together as
 * {@code other}, so that totals stay right; Micrometer's own maximumAllowableTags drops them
 * instead.
 */
final class LabelCap implements MeterFilter {

  static final String OTHER = "other";

  private final String label;
  private final int maxValues;
  private final Map<String, Set<String>> seen = new ConcurrentHashMap<>();

  LabelCap(String label, int maxValues) {
    this.label = label;
    this.maxValues = maxValues;
  }

  @Override
  public Meter.Id map(Meter.Id id) {
    String value = id.getTag(label);
    if (value == null || known(id.getName(), value)) {
      return id;
    }
    List<Tag> tags = new ArrayList<>(id.getTags());
    tags.replaceAll(tag -> tag.getKey().equals(label) ? Tag.of(label, OTHER) : tag);
    return id.replaceTags(tags);
  }

  private boolean known(String metric, String value) {
    Set<String> values = seen.computeIfAbsent(metric, name -> ConcurrentHashMap.newKeySet());
    if (values.contains(value)) {
      return true;
    }
    synchronized (values) {
      return values.size() < maxValues && values.add(value);
    }
  }
}
