package io.ruche.store;

import io.ruche.config.Secret;
import java.net.URI;

/**
 * An S3 store, and as whom to ask it.
 *
 * @param url {@code http[s]://host[:port]}; buckets come in the path
 * @param region that requests are signed for; stores of one's own take any
 * @param bucket with the objects that commands name
 */
public record S3Address(URI url, Secret accessKey, Secret secretKey, String region, String bucket) {

  /** Host, with the port where the URL names one, as the header Host has it. */
  String authority() {
    return url.getPort() < 0 ? url.getHost() : url.getHost() + ":" + url.getPort();
  }
}
