package io.ruche.embedservice.kill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.embedservice.index.Space;
import io.ruche.embedservice.index.lucene.IndexContents;
import io.ruche.embedservice.index.lucene.IndexContents.Entry;
import io.ruche.embedservice.testing.ApiClient;
import io.ruche.embedservice.testing.ServiceProcess;
import io.ruche.store.RedisLink;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Compares what was sent with what PostgreSQL, the index, S3 and the events have of it. */
final class Judge {

  private static final double SAME = 1e-5;
  private static final String UNDISTURBED = "undisturbed";

  private final ServiceProcess service;
  private final ApiClient client;
  private final Load load;

  Judge(ServiceProcess service, ApiClient client, Load load) {
    this.service = service;
    this.client = client;
    this.load = load;
  }

  /** Every command was done and told of once, and every text is the last one that was sent. */
  void judgeCommands() throws Exception {
    Set<String> states = new TreeSet<>();
    for (String job : load.jobs()) {
      states.add(client.job(job).getString("state"));
    }
    assertEquals(Set.of("done"), states);
    assertEquals(Map.of(), eventsOtherThanOnce());
    assertEquals(new TreeMap<>(wanted()), texts());
  }

  private Map<String, String> wanted() {
    Map<String, String> texts = new HashMap<>(load.last());
    texts.values().removeIf(String::isEmpty);
    return texts;
  }

  private Map<String, String> texts() throws Exception {
    JsonObject all =
        new JsonObject(
            service.read(
                """
                SELECT coalesce(json_object_agg(d.name, d.body), '{}') FROM ruche_embed.document d
                JOIN ruche_embed.collection c ON c.id = d.collection
                WHERE d.state = 'indexed' AND c.name = 'c'
                """));
    Map<String, String> texts = new TreeMap<>();
    all.forEach(entry -> texts.put(entry.getKey(), (String) entry.getValue()));
    return texts;
  }

  /**
   * Puts the same texts into another collection, where nothing is killed: the chunks are the same.
   */
  void judgeChunks() throws Exception {
    for (Map.Entry<String, String> text : wanted().entrySet()) {
      JsonObject job =
          client.index(
              UNDISTURBED,
              text.getKey(),
              "text/plain",
              text.getValue().getBytes(StandardCharsets.UTF_8));
      assertEquals("done", job.getString("state"), job.encode());
      assertEquals(0, job.getJsonObject("result").getInteger("embedded"), job.encode());
    }
    List<String> chunks = chunks("c");
    assertTrue(chunks.size() > wanted().size(), chunks.size() + " chunks");
    assertEquals(chunks(UNDISTURBED), chunks);
    assertEquals(
        "0",
        service.read(
            """
            SELECT count(*) FROM ruche_embed.document d WHERE d.chunks <>
              (SELECT count(*) FROM ruche_embed.chunk k WHERE k.document = d.id)
            """));
  }

  private List<String> chunks(String collection) throws Exception {
    JsonArray all =
        new JsonArray(
            service.read(
                """
                SELECT coalesce(json_agg(d.name || ' ' || k.ordinal || ' ' || k.start_at || '-'
                  || k.end_at || ' ' || encode(k.hash, 'hex') || ' ' || k.body
                  ORDER BY d.name, k.ordinal), '[]')
                FROM ruche_embed.chunk k JOIN ruche_embed.document d ON d.id = k.document
                JOIN ruche_embed.collection c ON c.id = d.collection
                WHERE c.name = '%s'
                """
                    .formatted(collection)));
    return all.stream().map(String::valueOf).toList();
  }

  /** The index has the chunks of PostgreSQL with their vectors, once each. The service is dead. */
  void judgeIndex() throws Exception {
    JsonObject rows =
        new JsonObject(
            service.read(
                """
                SELECT coalesce(json_object_agg(c.tenant || '/' || c.name || '/' || d.name || '/'
                  || k.id, encode(e.vector, 'base64')), '{}')
                FROM ruche_embed.chunk k JOIN ruche_embed.document d ON d.id = k.document
                JOIN ruche_embed.collection c ON c.id = d.collection
                LEFT JOIN ruche_embed.embedding e ON e.model = k.model AND e.hash = k.hash
                """));
    Map<String, String> wanted = new TreeMap<>();
    for (Map.Entry<String, Object> row : rows) {
      String[] names = row.getKey().split("/", -1);
      String space = new Space(names[0], names[1]).key();
      wanted.put(space + " " + names[2] + " " + names[3], (String) row.getValue());
    }
    List<Entry> entries = IndexContents.of(service.index());
    List<String> there = new ArrayList<>(entries.stream().map(Entry::name).toList());
    Collections.sort(there);
    assertEquals(List.copyOf(wanted.keySet()), there);
    for (Entry entry : entries) {
      assertTrue(
          isSame(wanted.get(entry.name()), entry.vector().values()),
          "another vector: " + entry.name());
    }
  }

  private static boolean isSame(String base64, float[] vector) {
    ByteBuffer bytes =
        ByteBuffer.wrap(Base64.getMimeDecoder().decode(base64)).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : vector) {
      if (Math.abs(bytes.getFloat() - value) > SAME) {
        return false;
      }
    }
    return !bytes.hasRemaining();
  }

  /** No file and no object is left that nobody knows, and none is missing. The service is dead. */
  void judgeFiles() throws Exception {
    Set<String> known =
        new TreeSet<>(
            List.of(
                service
                    .read(
                        """
                        SELECT string_agg(s3_key, E'\\n') FROM
                          (SELECT s3_key FROM ruche_embed.leftover UNION
                           SELECT s3_key FROM ruche_embed.document WHERE s3_key IS NOT NULL)
                        """)
                    .split("\n", -1)));
    Set<String> objects = service.objects().objects().keySet();
    assertTrue(known.containsAll(objects), "objects that nobody will delete");
    String owned =
        service.read(
            "SELECT string_agg(s3_key, E'\\n') FROM ruche_embed.document"
                + " WHERE state = 'indexed' AND s3_key IS NOT NULL");
    assertTrue(
        objects.containsAll(List.of(owned.split("\n", -1))), "documents without their object");
    assertEquals(0, files("spool"));
  }

  private long files(String folder) throws IOException {
    try (Stream<java.nio.file.Path> files = Files.list(service.data().resolve(folder))) {
      return files.count();
    }
  }

  /** How often each job was told of, where that is not exactly once. */
  private Map<String, Integer> eventsOtherThanOnce() throws Exception {
    RedisLink link =
        new RedisLink(
            service.vertx(), service.vertx().getOrCreateContext(), "bus", service.redisUrl());
    var unused = link.start();
    link.connected().await(10, TimeUnit.SECONDS);
    Map<String, Integer> told = new HashMap<>();
    load.jobs().forEach(job -> told.put(job, 0));
    Response events =
        link.send(Request.cmd(Command.XRANGE).arg("{koff}:evt:embed-service").arg("-").arg("+"))
            .await(10, TimeUnit.SECONDS);
    for (Response event : events) {
      Response fields = event.get(1);
      for (int i = 0; i + 1 < fields.size(); i += 2) {
        if (fields.get(i).toString().equals("subject")) {
          told.merge(fields.get(i + 1).toString(), 1, Integer::sum);
        }
      }
    }
    var unusedStop = link.stop();
    told.values().removeIf(times -> times == 1);
    return told;
  }
}
