package io.ruche.store;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signs requests without a body by AWS Signature Version 4. */
final class S3Signature {

  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
  private static final String UNRESERVED =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";
  private static final String NO_BODY =
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
  private static final String SIGNED = "host;x-amz-content-sha256;x-amz-date";

  private S3Signature() {}

  /** A path as it is signed and sent: everything but unreserved characters and slashes escaped. */
  static String path(String bucket, String key) {
    StringBuilder path = new StringBuilder("/");
    for (byte b : (bucket + "/" + key).getBytes(StandardCharsets.UTF_8)) {
      if (UNRESERVED.indexOf(b) >= 0) {
        path.append((char) b);
      } else {
        path.append('%').append(HexFormat.of().withUpperCase().toHexDigits(b));
      }
    }
    return path.toString();
  }

  /**
   * The headers that a request needs.
   *
   * @param path as {@link #path} gives it
   */
  static Map<String, String> headers(S3Address s3, String method, String path, Instant now) {
    String stamp = STAMP.format(now);
    String host = s3.authority();
    String canonical =
        String.join(
            "\n",
            method,
            path,
            "",
            "host:" + host,
            "x-amz-content-sha256:" + NO_BODY,
            "x-amz-date:" + stamp,
            "",
            SIGNED,
            NO_BODY);
    String scope = stamp.substring(0, 8) + "/" + s3.region() + "/s3/aws4_request";
    try {
      String toSign = String.join("\n", "AWS4-HMAC-SHA256", stamp, scope, sha256(canonical));
      byte[] key = ("AWS4" + s3.secretKey().value()).getBytes(StandardCharsets.UTF_8);
      for (String part : scope.split("/", -1)) {
        key = hmac(key, part);
      }
      String authorization =
          "AWS4-HMAC-SHA256 Credential=%s/%s, SignedHeaders=%s, Signature=%s"
              .formatted(
                  s3.accessKey().value(),
                  scope,
                  SIGNED,
                  HexFormat.of().formatHex(hmac(key, toSign)));
      return Map.of(
          "host", host,
          "x-amz-date", stamp,
          "x-amz-content-sha256", NO_BODY,
          "authorization", authorization);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static String sha256(String text) throws GeneralSecurityException {
    byte[] digest =
        MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(digest);
  }

  private static byte[] hmac(byte[] key, String text) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
  }
}
