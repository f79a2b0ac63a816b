package io.ruche.embedservice.watch;

import io.ruche.bus.envelope.Identifiers;
import io.ruche.config.Default;
import io.ruche.config.Description;
import java.time.Duration;

/** A prefix in S3 whose objects are the documents of a collection. */
public record WatchConfig(
    @Description("Whose it is; the prefix lies below `<tenant>/`.") String tenant,
    @Description("The collection that its objects go into.") String collection,
    @Description("Keys begin so, for example `koff/inbox/`. What comes after it is the id.")
        String prefix,
    @Description("How often it is looked through.") @Default("30s") Duration every) {

  public WatchConfig {
    if (!Identifiers.isLevel(tenant) || !Identifiers.isLevel(collection)) {
      throw new IllegalArgumentException(
          "watch: tenant and collection must be 1 to 64 of a-z, 0-9, '_' and '-'");
    }
    if (!prefix.startsWith(tenant + "/")
        || !prefix.endsWith("/")
        || prefix.startsWith(tenant + "/embed-service/")) {
      throw new IllegalArgumentException(
          "watch: prefix must lie below "
              + tenant
              + "/, end with a slash and not be Ruche's own "
              + tenant
              + "/embed-service/");
    }
    if (every.toSeconds() < 1 || every.toHours() > 24) {
      throw new IllegalArgumentException("watch: every must be 1s to 24h");
    }
  }
}
