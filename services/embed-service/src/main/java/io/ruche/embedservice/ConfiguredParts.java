package io.ruche.embedservice;

import io.ruche.backbone.Backbone;

/** The parts as {@code embed-service.yaml} wants them. */
final class ConfiguredParts {

  private ConfiguredParts() {}

  static Parts make(Backbone backbone, EmbedServiceConfig config) {
    throw new IllegalStateException("embed-service has no engine yet");
  }
}
