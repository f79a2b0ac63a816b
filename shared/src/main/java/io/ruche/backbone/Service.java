package io.ruche.backbone;

import io.ruche.config.Config;
import io.ruche.lifecycle.Lifecycle;
import java.util.List;

/** One of the services that a process runs. */
public interface Service {

  /** Its stem: folder, configuration file, image and metric prefix. */
  String name();

  /** The record of {@code <name>.yaml}. */
  Class<? extends Record> config();

  /** The port of its API, as configured. */
  int port(Config config);

  /**
   * The PostgreSQL schemas that it has, each migrated from {@code db/<schema>} on the class path.
   */
  default List<String> schemas() {
    return List.of();
  }

  /** Builds the service; what is returned starts and stops all of it. */
  Lifecycle create(Backbone backbone, Config config);
}
