package io.ruche.standalone.stores;

import io.ruche.standalone.machine.DataFolder;
import io.ruche.standalone.machine.StartFailure;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.gaul.s3proxy.AuthenticationType;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobProviderMetadata;
import org.jclouds.ContextBuilder;
import org.jclouds.blobstore.BlobStoreContext;
import org.jspecify.annotations.Nullable;

/** S3Proxy in this process on 127.0.0.1: a folder for each bucket, a file for each object. */
public final class EmbeddedS3 {
  private static final String ACCESS_KEY = "ruche";

  /** Made at the start, as the bucket of the settings is called unless told otherwise. */
  private static final String BUCKET = "ruche";

  private static final int MAX_THREADS = 32;
  private static final String INSTEAD = "Set RUCHE_S3_URL to use another S3.";

  private final URI url;
  private final String secretKey;
  private final Path folder;
  private @Nullable BlobStoreContext context;
  private @Nullable S3Proxy proxy;

  public EmbeddedS3(DataFolder data, int port) {
    this.url = URI.create("http://127.0.0.1:" + port);
    this.secretKey = data.secret("s3.secret-key");
    this.folder = data.folder("s3");
  }

  /** Starts it; when it returns, it serves. */
  public void start() {
    Properties properties = new Properties();
    properties.setProperty("jclouds.filesystem.basedir", folder.toString());
    try {
      Files.createDirectories(folder.resolve(BUCKET));
      BlobStoreContext opened =
          ContextBuilder.newBuilder(FilesystemNio2BlobProviderMetadata.builder().build())
              .overrides(properties)
              .credentials(ACCESS_KEY, secretKey)
              .build(BlobStoreContext.class);
      context = opened;
      S3Proxy started =
          S3Proxy.builder()
              .blobStore(opened.getBlobStore())
              .awsAuthentication(AuthenticationType.AWS_V4, ACCESS_KEY, secretKey)
              .jettyMaxThreads(MAX_THREADS)
              .endpoint(url)
              .build();
      proxy = started;
      started.start();
    } catch (Exception e) {
      throw new StartFailure(
          "S3Proxy could not start on %s with %s: %s. %s".formatted(url, folder, e, INSTEAD), e);
    }
  }

  /** Ends what is being answered and closes the port. */
  public void stop() {
    try {
      if (proxy != null) {
        proxy.stop();
      }
    } catch (Exception e) {
      throw new StartFailure("S3Proxy could not stop: " + e, e);
    } finally {
      if (context != null) {
        context.close();
      }
    }
  }

  /** Where it is, and its only user. */
  public StoreUrls.S3 address() {
    return new StoreUrls.S3(url, ACCESS_KEY, secretKey);
  }
}
