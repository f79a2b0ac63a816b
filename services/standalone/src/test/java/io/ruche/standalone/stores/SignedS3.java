package io.ruche.standalone.stores;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A request to S3 with signature version 4, without headers or parameters of its own. */
final class SignedS3 {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  private SignedS3() {}

  static HttpResponse<String> send(StoreUrls.S3 s3, String method, String path, String body)
      throws IOException, InterruptedException, GeneralSecurityException {
    String stamp = STAMP.format(Instant.now());
    String day = stamp.substring(0, 8);
    String host = s3.url().getHost() + ":" + s3.url().getPort();
    String digest = sha256(body);
    String signed = "host;x-amz-content-sha256;x-amz-date";
    String canonical =
        String.join(
            "\n",
            method,
            path,
            "",
            "host:" + host,
            "x-amz-content-sha256:" + digest,
            "x-amz-date:" + stamp,
            "",
            signed,
            digest);
    String scope = day + "/us-east-1/s3/aws4_request";
    String toSign = String.join("\n", "AWS4-HMAC-SHA256", stamp, scope, sha256(canonical));
    byte[] key = ("AWS4" + s3.secretKey()).getBytes(StandardCharsets.UTF_8);
    for (String part : new String[] {day, "us-east-1", "s3", "aws4_request"}) {
      key = hmac(key, part);
    }
    String authorization =
        "AWS4-HMAC-SHA256 Credential=%s/%s, SignedHeaders=%s, Signature=%s"
            .formatted(s3.accessKey(), scope, signed, HexFormat.of().formatHex(hmac(key, toSign)));
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(s3.url() + path))
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
            .header("x-amz-date", stamp)
            .header("x-amz-content-sha256", digest)
            .header("Authorization", authorization)
            .build();
    return CLIENT.send(request, BodyHandlers.ofString());
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
