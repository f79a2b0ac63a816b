package io.ruche.embedservice.watch;

import io.ruche.bus.Command;
import io.ruche.bus.CommandHandler;
import io.ruche.bus.CommandSpec;
import io.ruche.bus.Outcome;
import io.ruche.bus.envelope.Payload;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The command {@code notify}: S3's event notification, as MinIO sends it to a webhook. It is taken
 * as a hint to look at the objects that it names, and never for the truth.
 */
public final class NotifyHandler implements CommandHandler {

  /** The name of the command. */
  public static final String NAME = "notify";

  private static final Logger LOG = LoggerFactory.getLogger(NotifyHandler.class);
  private static final int ATTEMPTS = 5;
  private static final int MOST_RECORDS = 1_000;
  private static final long BOUND_S = 60;
  private static final String SHAPE =
      "Send S3's event notification, {\"Records\": [{\"s3\": {\"bucket\": {\"name\": ...},"
          + " \"object\": {\"key\": ...}}}]}, of at most "
          + MOST_RECORDS
          + " records.";

  private final Watching watching;

  public NotifyHandler(Watching watching) {
    this.watching = watching;
  }

  /** An object, its key as it is. */
  private record Named(String bucket, String key) {}

  /** The command; nobody hears of its end but who asked for a reply. */
  public static CommandSpec command() {
    return CommandSpec.named(NAME)
        .attempts(ATTEMPTS, Duration.ofSeconds(1), Duration.ofSeconds(30))
        .timeout(Duration.ofMinutes(10));
  }

  @Override
  public Outcome handle(Command command) throws Exception {
    Set<Named> named;
    try {
      named = read(command);
    } catch (DecodeException | ClassCastException | IllegalArgumentException odd) {
      return Outcome.dead("The payload is no event notification of S3. " + SHAPE);
    }
    int looked = 0;
    for (Named one : named) {
      try {
        looked +=
            watching
                        .look(command.tenant(), one.bucket(), one.key())
                        .await(BOUND_S, TimeUnit.SECONDS)
                    > 0
                ? 1
                : 0;
      } catch (TimeoutException late) {
        return later(command, "S3 or PostgreSQL took too long.");
      } catch (Exception away) {
        return later(command, String.valueOf(away.getMessage()));
      }
    }
    return Outcome.done(
        Payload.json(
            new JsonObject()
                .put("looked", looked)
                .put("unwatched", named.size() - looked)
                .toBuffer()));
  }

  /** In the end it is left to the next look at the whole prefix, which finds the same. */
  private static Outcome later(Command command, String reason) {
    if (command.attempt() < ATTEMPTS) {
      return Outcome.retry(reason);
    }
    LOG.warn("a notification is left to the next listing: {}", reason);
    return Outcome.done(Payload.json(new JsonObject().put("left", reason).toBuffer()));
  }

  private static Set<Named> read(Command command) {
    JsonArray records = new JsonObject(command.payload().data()).getJsonArray("Records");
    if (records == null || records.size() > MOST_RECORDS) {
      throw new IllegalArgumentException("no records, or too many");
    }
    Set<Named> named = new LinkedHashSet<>();
    for (int i = 0; i < records.size(); i++) {
      JsonObject s3 = records.getJsonObject(i).getJsonObject("s3", new JsonObject());
      String bucket = s3.getJsonObject("bucket", new JsonObject()).getString("name");
      String key = s3.getJsonObject("object", new JsonObject()).getString("key");
      if (bucket == null || key == null || key.isEmpty()) {
        throw new IllegalArgumentException("a record without its object");
      }
      // Keys are written as in a form: a plus is a space.
      named.add(new Named(bucket, URLDecoder.decode(key, StandardCharsets.UTF_8)));
    }
    return named;
  }
}
