package io.ruche.embedservice.index;

import java.util.UUID;

/**
 * A hit.
 *
 * @param chunk its id
 * @param score the higher the better; of use within one list only
 */
public record Scored(UUID chunk, float score) {}
