package io.ruche.standalone.stores;

import io.ruche.standalone.machine.DataFolder;
import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/**
 * Where the stores are, with the user and the password in each URL.
 *
 * @param mqtt {@code mqtt://USER:PASSWORD@HOST:PORT}; this account may do everything below {@code
 *     ruche/}
 * @param redis {@code redis://:PASSWORD@HOST:PORT}, the bus
 * @param hotRedis the same for limits and caches
 * @param postgres {@code postgresql://USER:PASSWORD@HOST:PORT/DATABASE}
 */
public record StoreUrls(URI mqtt, URI redis, URI hotRedis, URI postgres, S3 s3) {

  /**
   * An S3 endpoint and its user.
   *
   * @param url {@code http://HOST:PORT}; buckets come in the path
   */
  public record S3(URI url, String accessKey, String secretKey) {
    /** Host and port only. */
    @Override
    public String toString() {
      return shown(url);
    }
  }

  /** The URL without user and password, for people to read. */
  public static String shown(URI url) {
    String port = url.getPort() < 0 ? "" : ":" + url.getPort();
    String path = url.getRawPath() == null ? "" : url.getRawPath();
    return url.getScheme() + "://" + url.getHost() + port + path;
  }

  /** Keeps them in a file that only its owner can read. */
  void write(Path file) throws IOException {
    Properties properties = new Properties();
    properties.setProperty("mqtt", mqtt.toString());
    properties.setProperty("redis", redis.toString());
    properties.setProperty("hot-redis", hotRedis.toString());
    properties.setProperty("postgres", postgres.toString());
    properties.setProperty("s3", s3.url().toString());
    properties.setProperty("s3-access-key", s3.accessKey());
    properties.setProperty("s3-secret-key", s3.secretKey());
    StringWriter text = new StringWriter();
    properties.store(text, null);
    DataFolder.writeSecret(file, text.toString());
  }

  /**
   * Reads what {@link #write} kept.
   *
   * @throws IOException also when the file lacks one of them
   */
  static StoreUrls read(Path file) throws IOException {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    }
    return new StoreUrls(
        URI.create(required(properties, "mqtt")),
        URI.create(required(properties, "redis")),
        URI.create(required(properties, "hot-redis")),
        URI.create(required(properties, "postgres")),
        new S3(
            URI.create(required(properties, "s3")),
            required(properties, "s3-access-key"),
            required(properties, "s3-secret-key")));
  }

  private static String required(Properties properties, String key) throws IOException {
    String value = properties.getProperty(key);
    if (value == null) {
      throw new IOException("no " + key);
    }
    return value;
  }

  /** Hosts and ports only. */
  @Override
  public String toString() {
    return "StoreUrls[mqtt=%s, redis=%s, hotRedis=%s, postgres=%s, s3=%s]"
        .formatted(shown(mqtt), shown(redis), shown(hotRedis), shown(postgres), s3);
  }
}
