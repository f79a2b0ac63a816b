package io.ruche.embedservice.registry;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A collection.
 *
 * @param active identity of the model whose vectors are searched
 * @param shadow identity of the model that is being filled to take its place, or null
 * @param dropped what was accepted until then is deleted
 */
public record CollectionRow(
    long id,
    String tenant,
    String name,
    String active,
    @Nullable String shadow,
    Instant made,
    Instant dropped) {}
