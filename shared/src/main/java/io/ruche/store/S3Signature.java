package io.ruche.store;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signs requests by AWS Signature Version 4; a body is not part of what is signed. */
final class S3Signature {

  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
  private static final String UNRESERVED =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

  static final String NO_BODY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

  /** Of a body that is not read before it is sent. */
  static final String ANY_BODY = "UNSIGNED-PAYLOAD";

  private static final String SIGNED = "host;x-amz-content-sha256;x-amz-date";

  private S3Signature() {}

  /** A path as it is signed and sent: everything but unreserved characters and slashes escaped. */
  static String path(String bucket, String key) {
    return "/" + escaped(bucket + "/" + key, "/");
  }

  /** A query as it is signed and sent; names in the order of their characters. */
  static String query(SortedMap<String, String> parameters) {
    StringBuilder query = new StringBuilder();
    parameters.forEach(
        (name, value) ->
            query
                .append(query.isEmpty() ? "" : "&")
                .append(escaped(name, ""))
                .append('=')
                .append(escaped(value, "")));
    return query.toString();
  }

  private static String escaped(String text, String kept) {
    StringBuilder escaped = new StringBuilder();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      if (UNRESERVED.indexOf(b) >= 0 || kept.indexOf(b) >= 0) {
        escaped.append((char) b);
      } else {
        escaped.append('%').append(HexFormat.of().withUpperCase().toHexDigits(b));
      }
    }
    return escaped.toString();
  }

  /**
   * The headers that a request needs.
   *
   * @param path as {@link #path} gives it
   * @param query as {@link #query} gives it
   * @param body its SHA-256 in hexadecimal digits, {@link #NO_BODY} or {@link #ANY_BODY}
   */
  static Map<String, String> headers(
      S3Address s3, String method, String path, String query, String body, Instant now) {
    String stamp = STAMP.format(now);
    String host = s3.authority();
    String canonical =
        String.join(
            "\n",
            method,
            path,
            query,
            "host:" + host,
            "x-amz-content-sha256:" + body,
            "x-amz-date:" + stamp,
            "",
            SIGNED,
            body);
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
          "x-amz-content-sha256", body,
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
