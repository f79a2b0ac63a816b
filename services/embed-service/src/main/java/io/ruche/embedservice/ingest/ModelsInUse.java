package io.ruche.embedservice.ingest;

import java.util.List;
import java.util.Optional;

/**
 * The models that this process can ask.
 *
 * @param current the model of new collections, to which the others move
 * @param earlier models by which collections are searched until they have moved
 */
public record ModelsInUse(ModelInUse current, List<ModelInUse> earlier) {

  public ModelsInUse {
    earlier = List.copyOf(earlier);
  }

  /** The model of an identity, if it is configured. */
  public Optional<ModelInUse> of(String identity) {
    if (current.model().identity().equals(identity)) {
      return Optional.of(current);
    }
    return earlier.stream().filter(one -> one.model().identity().equals(identity)).findFirst();
  }
}
