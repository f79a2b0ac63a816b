package io.ruche.embedservice;

import io.ruche.backbone.Launcher;
import io.ruche.embedservice.ingest.parts.ModelsInUse;
import io.ruche.embedservice.testing.FileIndex;
import io.ruche.embedservice.testing.SimpleParts;
import io.ruche.embedservice.testing.WordEmbedder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** embed-service with simple parts, as a process that may be killed. */
public final class ServiceMain {

  private ServiceMain() {}

  /**
   * Runs until it is killed.
   *
   * @param args the folder of the index, and the milliseconds that a batch of embeddings takes
   */
  public static void main(String[] args) {
    Path folder = Path.of(args[0]);
    long delay = Long.parseLong(args[1]);
    Launcher.run(
        new EmbedService(
            (host, config) ->
                new Parts(
                    ModelsInUse.of(
                        SimpleParts.model(new WordEmbedder(host.vertx(), "small", delay)),
                        List.of()),
                    SimpleParts.MAKERS,
                    model -> new FileIndex(folder.resolve(model.name())),
                    Optional::empty,
                    routes -> {},
                    Map.of())));
  }
}
