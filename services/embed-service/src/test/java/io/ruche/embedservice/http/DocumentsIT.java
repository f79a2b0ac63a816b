package io.ruche.embedservice.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.embedservice.Scene;
import io.ruche.testing.AsyncApiFile;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Documents over HTTP: in, found, changed, gone. */
final class DocumentsIT {

  private static final String RULES =
      "Le préavis est de trois mois.\n\nLes congés durent cinq semaines.\fLa ruche ouvre à huit heures.";

  private static Scene scene;

  @BeforeAll
  static void open() throws Exception {
    scene = new Scene("");
  }

  @AfterAll
  static void close() throws Exception {
    scene.close();
  }

  @Test
  void findsWhatWasPutWithItsPageAndPlace() throws Exception {
    JsonObject job = scene.put("rules/documents/reglement", "text/plain", RULES);
    assertEquals("done", job.getString("state"), job.encode());
    assertEquals(3, job.getJsonObject("result").getInteger("chunks"));
    assertEquals("done", job.getJsonObject("progress").getString("stage"));

    JsonObject hit =
        scene
            .search("rules", new JsonObject().put("query", "à quelle heure ouvre la ruche"))
            .getFirst();

    assertEquals("reglement", hit.getString("document"));
    assertEquals(2, hit.getInteger("page"));
    JsonObject page = scene.get("/v1/collections/rules/documents/reglement/text?page=2");
    assertEquals("La ruche ouvre à huit heures.", page.getString("text"));
    String range = "?start=" + hit.getInteger("start") + "&end=" + hit.getInteger("end");
    JsonObject text = scene.get("/v1/collections/rules/documents/reglement/text" + range);
    assertEquals(hit.getString("text"), text.getString("text"));
    JsonObject document = scene.get("/v1/collections/rules/documents/reglement");
    assertEquals("indexed", document.getString("state"));
    assertEquals(2, document.getInteger("pages"));
  }

  @Test
  void costsNothingToPutTheSameAgain() throws Exception {
    scene.put("same/documents/a", "text/plain", RULES);
    int embedded = scene.embedder("small").passages();
    int puts = scene.index("small").puts();
    int writes = scene.objects().writes();
    String rows = scene.read("SELECT sum(version) FROM ruche_embed.document");

    JsonObject again = scene.put("same/documents/a", "text/plain", RULES);

    JsonObject result = again.getJsonObject("result");
    assertTrue(result.getBoolean("unchanged"), result.encode());
    assertEquals(0, result.getInteger("embedded"));
    assertEquals(embedded, scene.embedder("small").passages());
    assertEquals(puts, scene.index("small").puts());
    assertEquals(writes, scene.objects().writes());
    assertEquals(rows, scene.read("SELECT sum(version) FROM ruche_embed.document"));
  }

  @Test
  void embedsOnlyTheParagraphThatChanged() throws Exception {
    StringBuilder book = new StringBuilder();
    for (int i = 0; i < 200; i++) {
      book.append("Paragraphe numéro ").append(i).append(" du grand livre.\n\n");
    }
    scene.put("books/documents/livre", "text/plain", book.toString());

    String edited = book.toString().replace("numéro 100 du", "numéro 100 bis du");
    JsonObject result =
        scene.put("books/documents/livre", "text/plain", edited).getJsonObject("result");

    assertEquals(200, result.getInteger("chunks"));
    assertEquals(1, result.getInteger("embedded"), result.encode());
    assertEquals(1, result.getInteger("written"));
    assertEquals(1, result.getInteger("removed"));
  }

  @Test
  void keepsWhatWasThereWhenANewVersionCannotBeRead() throws Exception {
    scene.put("broken/documents/a", "text/plain", "The bees are well.");

    JsonObject job = scene.put("broken/documents/a", "application/x-broken", "not a file");

    assertEquals("failed", job.getString("state"));
    assertEquals("unreadable", job.getJsonObject("problem").getString("code"));
    assertEquals("It is broken at byte 7.", job.getJsonObject("problem").getString("detail"));
    JsonObject document = scene.get("/v1/collections/broken/documents/a");
    assertEquals("indexed", document.getString("state"));
    assertEquals("unreadable", document.getJsonObject("problem").getString("code"));
    assertEquals(1, scene.search("broken", new JsonObject().put("query", "bees")).size());
  }

  /** The job of a command to index; single quotes stand for double ones. */
  private JsonObject command(String payload) throws Exception {
    HttpRequest.Builder request =
        scene
            .request("/v1/commands/index")
            .header("Content-Type", "application/json")
            .header("Prefer", "wait=60");
    String body = payload.replace('\'', '"');
    return new JsonObject(scene.send(request.POST(BodyPublishers.ofString(body))).body());
  }

  @Test
  void aFailureSaysWhichDocumentItIsAndWhatWouldBeRight() throws Exception {
    JsonObject unread =
        failure(scene.put("failing/documents/a%2Fb", "application/x-broken", "?"), "index");
    JsonObject missing =
        failure(command("{'collection':'failing','id':'c','s3':'koff/no.pdf'}"), "index");
    JsonObject odd = failure(command("{'collection':'Not one','id':'d','text':'x'}"), "index");

    assertEquals(
        new JsonObject()
            .put("collection", "failing")
            .put("document", "a/b")
            .put(
                "problem",
                new JsonObject()
                    .put("status", 422)
                    .put("code", "unreadable")
                    .put("title", "The file cannot be read")
                    .put("detail", "It is broken at byte 7.")),
        unread);
    assertEquals("c", missing.getString("document"));
    assertEquals("object_unreadable", missing.getJsonObject("problem").getString("code"));
    assertTrue(missing.encode().contains("Put it there"), missing.encode());
    assertEquals(List.of("document", "problem"), List.copyOf(odd.fieldNames()));
    assertTrue(odd.encode().contains("collection must be 1 to 64"), odd.encode());
  }

  /** The details of a command that has failed; its event and its reply carry the same. */
  private static JsonObject failure(JsonObject job, String command) throws Exception {
    String id = job.getString("job", job.getString("id"));
    JsonObject ended = scene.get("/v1/commands/" + id + "?kind=" + command);
    assertEquals("failed", ended.getString("state"), ended.encode());
    JsonObject told =
        ended
            .getJsonObject("result")
            .copy()
            .put(
                "ruche",
                new JsonObject()
                    .put("id", "1")
                    .put("type", "document-failed")
                    .put("time", "2026-11-21T18:30:00Z"));
    AsyncApiFile contract = AsyncApiFile.load("/asyncapi/embed-service.yaml");
    assertEquals(List.of(), contract.mismatches(contract.at("#/components/schemas/failure"), told));
    return told.getJsonObject("details");
  }

  @Test
  void deletesDocumentsAndCollections() throws Exception {
    scene.put("gone/documents/a", "text/plain", "One bee.");
    scene.put("gone/documents/b", "text/plain", "Two bees.");

    assertEquals(200, scene.delete("/v1/collections/gone/documents/a?wait=30").statusCode());
    assertEquals(404, scene.send(scene.request("/v1/collections/gone/documents/a")).statusCode());
    assertEquals(1, scene.search("gone", new JsonObject().put("query", "bee bees")).size());

    assertEquals(200, scene.delete("/v1/collections/gone?wait=30").statusCode());
    assertEquals(List.of(), scene.search("gone", new JsonObject().put("query", "bee bees")));
    assertEquals(
        0,
        scene.index("small").all().stream()
            .filter(chunk -> chunk.text().contains("bee"))
            .filter(chunk -> List.of("a", "b").contains(chunk.document()))
            .filter(chunk -> chunk.text().startsWith("One") || chunk.text().startsWith("Two"))
            .count());
    assertFalse(scene.get("/v1/collections").encode().contains("\"gone\""));
  }

  @Test
  void takesTextAndMetadataAsJsonAndFiltersByThem() throws Exception {
    for (int year = 2020; year < 2026; year++) {
      HttpResponse<String> put =
          scene.send(
              scene
                  .request("/v1/collections/years/documents/y" + year + "?wait=30")
                  .header("Content-Type", "application/json")
                  .PUT(
                      BodyPublishers.ofString(
                          new JsonObject()
                              .put("text", "Report of the hive.")
                              .put("metadata", new JsonObject().put("year", year))
                              .encode())));
      assertEquals(200, put.statusCode(), put.body());
    }

    List<JsonObject> hits =
        scene.search(
            "years",
            new JsonObject()
                .put("query", "report")
                .put("filter", new JsonObject().put("year", new JsonObject().put("gte", 2024))));

    assertEquals(2, hits.size());
    JsonObject first = scene.get("/v1/collections/years/documents?limit=4");
    assertEquals(4, first.getJsonArray("data").size());
    JsonObject second =
        scene.get("/v1/collections/years/documents?limit=4&after=" + first.getString("next"));
    assertEquals(2, second.getJsonArray("data").size());
    assertEquals(null, second.getString("next"));
  }

  @Test
  void readsItsOwnWrites() throws Exception {
    HttpResponse<String> put =
        scene.send(
            scene
                .request("/v1/collections/mine/documents/a")
                .header("Content-Type", "text/plain")
                .PUT(BodyPublishers.ofString("The queen is in the east wing.")));
    assertEquals(202, put.statusCode(), put.body());
    String job = new JsonObject(put.body()).getString("job");

    List<JsonObject> hits =
        scene.search("mine", new JsonObject().put("query", "queen").put("after", job));

    assertEquals(1, hits.size());
    JsonObject failed = scene.put("mine/documents/b", "application/x-broken", "?");
    assertEquals(
        409,
        scene
            .post(
                "/v1/collections/mine/search",
                new JsonObject().put("query", "queen").put("after", failed.getString("job")))
            .statusCode());
    assertEquals(
        422,
        scene
            .post(
                "/v1/collections/mine/search",
                new JsonObject().put("query", "queen").put("after", "nobody-knows"))
            .statusCode());
  }

  @Test
  void saysWhatIsWrongWithARequest() throws Exception {
    assertEquals(
        422,
        scene
            .send(
                scene
                    .request("/v1/collections/UPPER/documents/a")
                    .PUT(BodyPublishers.ofString("x")))
            .statusCode());
    HttpResponse<String> metadata =
        scene.send(
            scene
                .request("/v1/collections/c/documents/a")
                .header("Content-Type", "text/plain")
                .header("X-Ruche-Metadata", "{\"a\": {\"b\": 1}}")
                .PUT(BodyPublishers.ofString("x")));
    assertEquals(422, metadata.statusCode());
    assertTrue(metadata.body().contains("metadata.a must be"), metadata.body());
    HttpResponse<String> filter =
        scene.post(
            "/v1/collections/c/search",
            new JsonObject()
                .put("query", "x")
                .put("filter", new JsonObject().put("$or", new JsonArray())));
    assertEquals(422, filter.statusCode());
    assertTrue(filter.body().contains("/filter/$or"), filter.body());
    assertEquals(
        404,
        scene
            .post("/v1/collections/never-made/search", new JsonObject().put("query", "x"))
            .statusCode());
    assertEquals(
        501,
        scene
            .post("/v1/answer", new JsonObject().put("collection", "c").put("question", "why?"))
            .statusCode());
  }

  @Test
  void holdsATenantToItsCollections() throws Exception {
    String other = scene.newKey("crowded", "one");
    scene.run(
        "INSERT INTO ruche_embed.collection (tenant, name, active)"
            + " SELECT 'crowded', 'c' || n, (SELECT min(id) FROM ruche_embed.model)"
            + " FROM generate_series(1, 10000) n");

    HttpResponse<String> put =
        scene.send(
            scene
                .request("/v1/collections/more/documents/a?wait=60", other)
                .header("Content-Type", "text/plain")
                .PUT(BodyPublishers.ofString("One more.")));

    assertEquals("failed", new JsonObject(put.body()).getString("state"), put.body());
    assertTrue(put.body().contains("too_many_collections"), put.body());
  }

  @Test
  void showsNothingToAnotherTenant() throws Exception {
    scene.put("secret/documents/a", "text/plain", "The honey is under the stone.");
    String other = scene.newKey("azoth", "spy");

    HttpResponse<String> search =
        scene.send(
            scene
                .request("/v1/collections/secret/search", other)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"query\": \"honey\"}")));
    HttpResponse<String> document =
        scene.send(scene.request("/v1/collections/secret/documents/a", other));

    assertEquals(404, search.statusCode());
    assertEquals(404, document.statusCode());
    assertEquals(
        0,
        new JsonObject(scene.send(scene.request("/v1/collections", other)).body())
            .getJsonArray("data")
            .size());
  }

  @Test
  void doesARepeatedRequestOnce() throws Exception {
    for (int i = 0; i < 3; i++) {
      HttpResponse<String> put =
          scene.send(
              scene
                  .request("/v1/collections/once/documents/a")
                  .header("Content-Type", "text/plain")
                  .header("Idempotency-Key", "upload-1")
                  .PUT(BodyPublishers.ofString("Once.")));
      assertEquals("upload-1", new JsonObject(put.body()).getString("job"), put.body());
    }
    HttpResponse<String> other =
        scene.send(
            scene
                .request("/v1/collections/once/documents/a")
                .header("Content-Type", "text/plain")
                .header("Idempotency-Key", "upload-1")
                .PUT(BodyPublishers.ofString("Twice.")));
    assertEquals(409, other.statusCode(), other.body());
  }
}
