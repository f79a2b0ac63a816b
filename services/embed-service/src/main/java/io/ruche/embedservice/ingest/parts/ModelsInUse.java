package io.ruche.embedservice.ingest.parts;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The models that this process can ask; known once their engines have started. */
public final class ModelsInUse {

  private final Supplier<ModelInUse> current;
  private final Supplier<List<ModelInUse>> earlier;

  /**
   * @param current gives the model of new collections, to which the others move
   * @param earlier gives models by which collections are searched until they have moved
   */
  public ModelsInUse(Supplier<ModelInUse> current, Supplier<List<ModelInUse>> earlier) {
    this.current = current;
    this.earlier = earlier;
  }

  /** Models that are known now. */
  public static ModelsInUse of(ModelInUse current, List<ModelInUse> earlier) {
    List<ModelInUse> copy = List.copyOf(earlier);
    return new ModelsInUse(() -> current, () -> copy);
  }

  /** The model of new collections. */
  public ModelInUse current() {
    return current.get();
  }

  /** The model of an identity, if it is configured. */
  public Optional<ModelInUse> of(String identity) {
    ModelInUse now = current();
    if (now.model().identity().equals(identity)) {
      return Optional.of(now);
    }
    return earlier.get().stream()
        .filter(one -> one.model().identity().equals(identity))
        .findFirst();
  }
}
