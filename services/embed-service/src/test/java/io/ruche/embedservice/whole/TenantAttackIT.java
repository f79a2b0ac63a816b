package io.ruche.embedservice.whole;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.embedservice.index.lucene.IndexContents;
import io.ruche.embedservice.testing.ApiClient;
import io.ruche.embedservice.testing.ServiceProcess;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * 10,000 tenants in one index and one database, and a few that try everything that HTTP lets them
 * say to see or change what is another's. Every answer is searched for words of others.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class TenantAttackIT {

  private static final int TENANTS = 10_000;
  private static final String SEARCH = "/v1/collections/docs/search";
  private static final Pattern SECRET = Pattern.compile("secret-of-([a-z0-9_-]+)");

  /** All rows of others, and where they are; any write changes it. */
  private static final String OTHERS =
      """
      SELECT count(*) || ' ' || md5(string_agg(place, ',' ORDER BY place)) FROM (
        SELECT 'd' || d.ctid || d.xmin || d.xmax AS place FROM ruche_embed.document d
          JOIN ruche_embed.collection c ON c.id = d.collection WHERE c.tenant <> 'mallory'
        UNION ALL SELECT 'k' || k.ctid || k.xmin || k.xmax FROM ruche_embed.chunk k
          JOIN ruche_embed.document d ON d.id = k.document
          JOIN ruche_embed.collection c ON c.id = d.collection WHERE c.tenant <> 'mallory'
        UNION ALL SELECT 'c' || ctid || xmin FROM ruche_embed.collection WHERE tenant <> 'mallory')
        AS places
      """;

  private final Map<String, ApiClient> clients = new LinkedHashMap<>();
  private ServiceProcess service;
  private ApiClient mallory;
  private int answers;

  @BeforeAll
  void fill() throws Exception {
    service = new ServiceProcess("");
    service.launch();
    // One that shares a prefix with others, and two as they come.
    for (String tenant : List.of("mallory", "x", "x7", "x77", "x9999")) {
      clients.put(tenant, service.client(service.newKey(tenant)));
    }
    mallory = client("mallory");
    assertEquals("done", put(mallory, "mallory", "job-of-mallory"));
    service.kill();
    Tenants.make(service, "mallory", TENANTS);
    service.launch();
    assertEquals("done", put(client("x"), "x", "job-of-x"));
    // Also a victim whose every byte came over HTTP, with a job that can be asked for.
    assertEquals("done", put(client("x77"), "x77", "job-of-x77"));
  }

  @AfterAll
  void close() throws Exception {
    System.out.printf("%d answers to attacks among %d tenants%n", answers, TENANTS + 2);
    service.close();
  }

  @AfterEach
  void everybodyHasTheirOwn() throws Exception {
    for (Map.Entry<String, ApiClient> tenant : clients.entrySet()) {
      for (String mode : List.of("dense", "bm25", "hybrid")) {
        String query = "{\"query\": \"secret report of the hive\", \"mode\": \"" + mode + "\"}";
        String body = checked(tenant.getKey(), tenant.getValue().post(SEARCH, query));
        assertTrue(body.contains(Tenants.secret(tenant.getKey())), body);
      }
    }
  }

  private ApiClient client(String tenant) {
    return java.util.Objects.requireNonNull(clients.get(tenant));
  }

  private static String put(ApiClient client, String tenant, String job) throws Exception {
    HttpResponse<String> answer =
        client.send(
            client
                .request("/v1/collections/docs/documents/report?wait=60")
                .header("Content-Type", "text/plain")
                .header("Idempotency-Key", job)
                .header(
                    "X-Ruche-Metadata", "{\"type\": \"report\", \"tenant\": \"" + tenant + "\"}")
                .PUT(BodyPublishers.ofString(Tenants.text(tenant))));
    return String.valueOf(new JsonObject(answer.body()).getString("state"));
  }

  /** The body of an answer, which has no word of anybody else. */
  private String checked(String tenant, HttpResponse<String> answer) {
    answers++;
    String all = answer.body() + answer.headers().map();
    Matcher secret = SECRET.matcher(all);
    while (secret.find()) {
      assertEquals(tenant, secret.group(1), () -> answer.request().uri() + " " + all);
    }
    assertTrue(answer.statusCode() != 500, () -> answer.request().uri() + " " + all);
    return answer.body();
  }

  @Test
  void noFilterLetsAnotherTenantThrough() throws Exception {
    List<String> filters =
        List.of(
            "{}",
            "{\"type\": \"report\"}",
            "{\"tenant\": \"x7\"}",
            "{\"tenant\": [\"x7\", \"x77\", \"x9999\", \"*\"]}",
            "{\"tenant\": {\"exists\": true}}",
            "{\"$not\": {\"tenant\": \"mallory\"}}",
            "{\"$not\": {\"absent\": 1}}",
            "{\"$not\": {\"$not\": {}}}",
            "{\"$or\": [{}, {\"tenant\": \"x7\"}]}",
            "{\"$or\": [{\"tenant\": \"mallory\"}, {\"$not\": {\"tenant\": \"mallory\"}}]}",
            "{\"$and\": [{\"$or\": [{\"space\": \"2:x7:docs\"}, {}]}]}",
            "{\"$document\": [\"report\", \"x7/report\", \"*\"]}",
            "{\"$not\": {\"$document\": \"absent\"}}",
            "{\"space\": \"2:x7:docs\"}",
            "{\"$space\": \"2:x7:docs\"}",
            "{\"$$space\": \"2:x7:docs\"}",
            "{\"$tenant\": \"x7\"}",
            "{\"$where\": \"1=1\"}",
            "{\"year\": {\"gte\": -1e308, \"lte\": 1e308}}",
            "{\"year\": {\"gte\": \"0 OR 1=1\"}}",
            "{\"type') OR ('1'='1\": \"report\"}",
            "{\"type\": \"report' OR tenant = 'x7\"}",
            "{\"type\\u0000\": \"report\"}",
            "{\"type\": {\"$ne\": null}}",
            "{\"type\": null}",
            "{\"\": \"\"}",
            "[]",
            "\"space:2:x7:docs\"",
            "{\"must\": [], \"should\": [{\"key\": \"tenant\", \"match\": {\"any\": [\"x7\"]}}]}");
    for (String filter : filters) {
      for (String mode : List.of("dense", "bm25", "hybrid")) {
        String body =
            "{\"query\": \"secret-of-x7 secret-of-x77\", \"top\": 100, \"explain\": true, \"mode\":"
                + " \"%s\", \"filter\": %s}".formatted(mode, filter);
        checked("mallory", mallory.post(SEARCH, body));
      }
    }
  }

  @Test
  void noWordOfABodyNamesAnotherTenant() throws Exception {
    for (String more :
        List.of(
            "\"tenant\": \"x7\"",
            "\"space\": {\"tenant\": \"x7\", \"collection\": \"docs\"}",
            "\"collection\": \"docs\"",
            "\"ruche\": {\"tenant\": \"x7\", \"client\": \"load\"}",
            "\"language\": \"en\\u0000x7\"",
            "\"top\": 100, \"top\": 2147483648",
            "\"filter\": {}, \"filter\": {\"tenant\": \"x7\"}")) {
      String body = "{\"query\": \"secret hive\", " + more + "}";
      checked("mallory", mallory.post(SEARCH, body));
      checked("mallory", command("search", "{\"collection\": \"docs\", " + body.substring(1)));
    }
    for (String query :
        List.of("*", "space:2*", "words_en:secret*", "\\u0000", "x7 OR *:*", "secret^9 -mallory")) {
      checked("mallory", mallory.post(SEARCH, "{\"query\": \"" + query + "\", \"top\": 100}"));
    }
    for (String header : List.of("X-Ruche-Tenant", "X-Tenant", "X-Forwarded-User", "ce-tenant")) {
      checked(
          "mallory",
          mallory.send(
              mallory
                  .request(SEARCH)
                  .header(header, "x7")
                  .header("Content-Type", "application/json")
                  .POST(BodyPublishers.ofString("{\"query\": \"secret hive\", \"top\": 100}"))));
    }
  }

  private HttpResponse<String> command(String name, String payload) throws Exception {
    return mallory.send(
        mallory
            .request("/v1/commands/" + name)
            .header("Content-Type", "application/json")
            .header("Prefer", "wait=30")
            .header("ce-tenant", "x7")
            .header("ce-client", "load")
            .header("ce-topic", "ruche/x7/cmd/load/embed-service/" + name)
            .POST(BodyPublishers.ofString(payload)));
  }

  @Test
  void oddNamesOfCollectionsLeadNowhereElse() throws Exception {
    String before = service.read(OTHERS);
    for (String name :
        List.of(
            "docs%2F..%2F..%2Fx7%2Fdocs",
            "..%2fdocs",
            "x7:docs",
            "2:x7:docs",
            "2%3Ax7%3Adocs",
            "*",
            "%25",
            "%00",
            "docs%00",
            "docs%0d%0aX-Tenant:%20x7",
            "docs'--",
            "docs'%20OR%20'1'='1",
            "DOCS",
            "d%C3%B6cs",
            "%EF%BD%84ocs",
            "docs%20",
            "docs;tenant=x7",
            "$1",
            "%7B%22$ne%22:1%7D",
            "docs".repeat(30))) {
      String base = "/v1/collections/" + name;
      checked("mallory", mallory.post(base + "/search", "{\"query\": \"secret hive\"}"));
      for (String path : List.of("/documents", "/documents/report", "/documents/report/text")) {
        checked("mallory", mallory.get(base + path));
      }
      checked("mallory", mallory.send(mallory.request(base + "?wait=20").DELETE()));
    }
    assertEquals(before, service.read(OTHERS));
  }

  @Test
  void idsOfOthersAreNobodys() throws Exception {
    String docs = "/v1/collections/docs/documents";
    for (String id :
        List.of(
            "x7%2Freport",
            "..%2f..%2fx7%2fdocs%2freport",
            "report%00",
            "report'--",
            "REPORT",
            "report%20",
            "%2A",
            "report%2Ftext")) {
      checked("mallory", mallory.get(docs + "/" + id));
      checked("mallory", mallory.get(docs + "/" + id + "/text?start=0&end=99999999"));
    }
    checked("mallory", mallory.get(docs + "/report/text?start=-9&end=2147483648"));
    checked("mallory", mallory.get(docs + "/report/text?page=2"));
    for (String after : List.of("", "report", "%00", "zz", "x7/report", "'%20OR%201=1--", "%FF")) {
      String list = checked("mallory", mallory.get(docs + "?limit=1000&after=" + after));
      assertFalse(list.contains("\"x7\""), list);
      String all = checked("mallory", mallory.get("/v1/collections?limit=1000&after=" + after));
      assertFalse(all.contains("\"x7\""), all);
    }
    String own =
        service.read(
            "SELECT string_agg(k.id::text, ',') FROM ruche_embed.chunk k JOIN ruche_embed.document d"
                + " ON d.id = k.document JOIN ruche_embed.collection c ON c.id = d.collection"
                + " WHERE c.tenant IN ('x7', 'x77')");
    for (String chunk : own.split(",", -1)) {
      checked("mallory", mallory.get(docs + "/" + chunk));
      checked(
          "mallory",
          mallory.post(
              SEARCH, "{\"query\": \"x\", \"filter\": {\"$document\": \"%s\"}}".formatted(chunk)));
    }
  }

  @Test
  void jobsOfOthersAreNobodys() throws Exception {
    for (String job :
        List.of("job-of-x77", "job-of-x", "x77:job-of-x77", "x77%2Fjob-of-x77", "*")) {
      HttpResponse<String> look = mallory.get("/v1/jobs/" + job);
      checked("mallory", look);
      assertTrue(look.statusCode() >= 400, look.body());
      HttpResponse<String> command = mallory.get("/v1/commands/" + job);
      checked("mallory", command);
      assertTrue(command.statusCode() >= 400, command.body());
      HttpResponse<String> after =
          mallory.post(SEARCH, "{\"query\": \"secret\", \"after\": \"" + job + "\"}");
      checked("mallory", after);
      assertTrue(after.statusCode() == 422 || after.statusCode() == 400, after.body());
    }
    HttpResponse<String> own =
        mallory.post(SEARCH, "{\"query\": \"secret\", \"after\": \"job-of-mallory\"}");
    assertEquals(200, own.statusCode());
    // An id that another tenant has used is free here, and says nothing of it.
    assertEquals("done", put(mallory, "mallory", "job-of-x77"));
    assertEquals("done", put(client("x77"), "x77", "job-of-x77"));
  }

  @Test
  void objectsOfOthersAreNotIndexed() throws Exception {
    String theirs =
        service.objects().objects().keySet().stream()
            .filter(key -> key.startsWith("x77/"))
            .findFirst()
            .orElseThrow();
    for (String key :
        List.of(
            theirs,
            "mallory/../" + theirs,
            "mallory//" + theirs,
            "/" + theirs,
            "mallory/./../" + theirs,
            "mallory\\\\..\\\\" + theirs,
            "mallory/%2e%2e/" + theirs,
            theirs.replace("x77/", "x77%2F"))) {
      checked(
          "mallory",
          command("index", "{\"collection\": \"stolen\", \"id\": \"a\", \"s3\": \"" + key + "\"}"));
    }
    checked(
        "mallory", mallory.post("/v1/collections/stolen/search", "{\"query\": \"secret hive\"}"));
    checked("mallory", mallory.get("/v1/collections/stolen/documents/a/text"));
    assertEquals(
        "0",
        service.read(
            "SELECT count(*) FROM ruche_embed.collection c JOIN"
                + " ruche_embed.document d ON d.collection = c.id WHERE c.name = 'stolen'"
                + " AND d.state = 'indexed'"));
  }

  @Test
  void whoWritesAndDeletesChangesNothingOfOthers() throws Exception {
    String before = service.read(OTHERS);
    for (String name : List.of("report", "x7%2Freport", "*")) {
      String path = "/v1/collections/docs/documents/" + name + "?wait=60";
      byte[] text = Tenants.text("mallory").getBytes(StandardCharsets.UTF_8);
      checked("mallory", mallory.put(path, "text/plain", text));
      checked("mallory", mallory.send(mallory.request(path).DELETE()));
    }
    checked("mallory", command("delete", "{\"collection\": \"docs\", \"tenant\": \"x7\"}"));
    checked("mallory", command("reembed", "{\"collection\": \"docs\", \"tenant\": \"x7\"}"));
    checked("mallory", mallory.send(mallory.request("/v1/collections/docs?wait=60").DELETE()));
    assertEquals(before, service.read(OTHERS));
    assertEquals("done", put(mallory, "mallory", "again"));
    assertEquals(before, service.read(OTHERS));
    TreeSet<String> spaces = new TreeSet<>();
    for (IndexContents.Entry entry : IndexContents.of(service.index())) {
      assertTrue(spaces.add(entry.name()), "twice: " + entry.name());
    }
    assertEquals(TENANTS + 2, spaces.size());
  }
}
