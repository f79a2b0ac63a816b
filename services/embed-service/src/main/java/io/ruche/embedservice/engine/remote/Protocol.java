package io.ruche.embedservice.engine.remote;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.List;

/** How a server of models is asked. */
enum Protocol {
  OLLAMA {
    @Override
    String path(URI url) {
      return url.getRawPath() + "/api/embed";
    }

    @Override
    Buffer body(String model, List<String> texts) {
      // Without truncate it would cut a text that is too long, and say nothing.
      return new JsonObject()
          .put("model", model)
          .put("input", new JsonArray(texts))
          .put("truncate", false)
          .toBuffer();
    }
  },
  OPENAI {
    @Override
    String path(URI url) {
      return (url.getRawPath().isEmpty() ? "/v1" : url.getRawPath()) + "/embeddings";
    }

    @Override
    Buffer body(String model, List<String> texts) {
      return new JsonObject()
          .put("model", model)
          .put("input", new JsonArray(texts))
          .put("encoding_format", "float")
          .toBuffer();
    }
  };

  /** Path of the request, percent-encoded. */
  abstract String path(URI url);

  /** Body of the request. */
  abstract Buffer body(String model, List<String> texts);
}
