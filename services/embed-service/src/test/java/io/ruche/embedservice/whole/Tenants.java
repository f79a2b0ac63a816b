package io.ruche.embedservice.whole;

import io.ruche.embedservice.index.IndexedChunk;
import io.ruche.embedservice.index.Space;
import io.ruche.embedservice.index.lucene.LuceneConfig;
import io.ruche.embedservice.index.lucene.LuceneIndex;
import io.ruche.embedservice.testing.ServiceProcess;
import io.ruche.embedservice.vector.Vector;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * Thousands of tenants with a collection and a document of the same names and with the same vector,
 * as the service itself would have written them; they differ in one word, which nobody else may
 * see.
 */
final class Tenants {

  static final String COLLECTION = "docs";
  static final String DOCUMENT = "report";

  private static final int TOGETHER = 500;

  private Tenants() {}

  /** The word that only a tenant has. */
  static String secret(String tenant) {
    return "secret-of-" + tenant + ".";
  }

  /** The text of a tenant's document. */
  static String text(String tenant) {
    return "The secret report of the hive says " + secret(tenant);
  }

  /**
   * Makes the tenants {@code x1} to {@code x<count>}, from the document that {@code model} has.
   * Nobody has the index open.
   */
  static void make(ServiceProcess service, String model, int count) throws Exception {
    // A row of each tenant as that of the one that was really put.
    service.run(
        """
        INSERT INTO ruche_embed.collection (tenant, name, active)
        SELECT 'x' || n, '%1$s', c.active FROM ruche_embed.collection c, generate_series(1, %2$d) n
        WHERE c.tenant = '%3$s' AND c.name = '%1$s';
        INSERT INTO ruche_embed.document (collection, name, state, accepted, fingerprint, sha256,
          size, content_type, file_name, metadata, title, language, body, pages, headings, notes,
          chunks, truncated, dropped)
        SELECT x.id, d.name, d.state, d.accepted, d.fingerprint, d.sha256, d.size, d.content_type,
          d.file_name, jsonb_build_object('type', 'report', 'tenant', x.tenant), d.title,
          d.language, replace(d.body, 'secret-of-%3$s.', 'secret-of-' || x.tenant || '.'),
          d.pages, d.headings, d.notes, d.chunks, d.truncated, d.dropped
        FROM ruche_embed.document d JOIN ruche_embed.collection c ON c.id = d.collection,
          ruche_embed.collection x
        WHERE c.tenant = '%3$s' AND c.name = '%1$s' AND x.tenant LIKE 'x%%';
        INSERT INTO ruche_embed.chunk
        SELECT k.model, md5(x.tenant)::uuid, xd.id, k.ordinal, k.start_at, length(xd.body),
          k.first_page, k.last_page, k.headings, xd.body, k.hash, k.tokens, k.dropped
        FROM ruche_embed.chunk k JOIN ruche_embed.document d ON d.id = k.document
        JOIN ruche_embed.collection c ON c.id = d.collection,
          ruche_embed.collection x JOIN ruche_embed.document xd ON xd.collection = x.id
        WHERE c.tenant = '%3$s' AND c.name = '%1$s' AND x.tenant LIKE 'x%%'
        """
            .formatted(COLLECTION, count, model));
    Vector vector = vector(service);
    Vertx vertx = Vertx.vertx();
    LuceneIndex index =
        new LuceneIndex(vertx, service.index(), LuceneConfig.standard(), vector.values().length);
    index.start().await(30, TimeUnit.SECONDS);
    for (int from = 1; from <= count; from += TOGETHER) {
      List<Future<Void>> puts = new ArrayList<>();
      for (int i = from; i < Math.min(from + TOGETHER, count + 1); i++) {
        puts.add(index.put(new Space("x" + i, COLLECTION), List.of(chunk("x" + i, vector))));
      }
      Future.all(puts).await(120, TimeUnit.SECONDS);
    }
    index.stop().await(60, TimeUnit.SECONDS);
    vertx.close().await(30, TimeUnit.SECONDS);
  }

  private static IndexedChunk chunk(String tenant, Vector vector) throws Exception {
    ByteBuffer id =
        ByteBuffer.wrap(
            MessageDigest.getInstance("MD5").digest(tenant.getBytes(StandardCharsets.UTF_8)));
    return new IndexedChunk(
        new UUID(id.getLong(), id.getLong()),
        DOCUMENT,
        vector,
        text(tenant),
        "en",
        Map.of("type", "report", "tenant", tenant));
  }

  private static Vector vector(ServiceProcess service) throws Exception {
    String base64 = service.read("SELECT encode(vector, 'base64') FROM ruche_embed.embedding");
    ByteBuffer bytes =
        ByteBuffer.wrap(Base64.getMimeDecoder().decode(base64)).order(ByteOrder.LITTLE_ENDIAN);
    float[] values = new float[bytes.remaining() / Float.BYTES];
    for (int i = 0; i < values.length; i++) {
      values[i] = bytes.getFloat();
    }
    return Vector.normalized(values);
  }
}
