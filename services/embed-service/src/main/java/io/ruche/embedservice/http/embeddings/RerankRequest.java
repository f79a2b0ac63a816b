package io.ruche.embedservice.http.embeddings;

import io.ruche.http.Failure;
import io.ruche.http.Failure.Flaw;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The body of {@code POST /v1/rerank}, as Cohere and Jina have it.
 *
 * @param model as the client calls it; null when it names none
 * @param documents their texts
 * @param top how many of the best are wanted
 * @param withDocuments whether the answer is to repeat their texts
 */
record RerankRequest(
    @Nullable String model, String query, List<String> documents, int top, boolean withDocuments) {

  /** Most documents of one request. */
  static final int MOST_DOCUMENTS = 1_000;

  private static final Set<String> FIELDS =
      Set.of("model", "query", "documents", "top_n", "return_documents");

  /**
   * Reads a body.
   *
   * @throws Failure of 400 or 422, saying what is wrong and what would be right
   */
  static RerankRequest read(Buffer body) {
    JsonObject json;
    try {
      json = new JsonObject(body);
    } catch (DecodeException | ClassCastException e) {
      throw Failure.badRequest(
          "The body must be a JSON object with the fields query and documents.");
    }
    for (String field : json.fieldNames()) {
      if (!FIELDS.contains(field)) {
        throw flaw(
            "/" + field,
            "is not known; there are model, query, documents, top_n, return_documents");
      }
    }
    List<String> documents = documents(json.getValue("documents"));
    return new RerankRequest(
        model(json.getValue("model")),
        query(json.getValue("query")),
        documents,
        top(json.getValue("top_n"), documents.size()),
        truth(json.getValue("return_documents")));
  }

  private static @Nullable String model(@Nullable Object value) {
    if (value == null || value instanceof String) {
      return (String) value;
    }
    throw flaw("/model", "must be a string");
  }

  private static String query(@Nullable Object value) {
    if (value instanceof String query && !query.isBlank()) {
      return query;
    }
    throw flaw("/query", "must be a text");
  }

  private static List<String> documents(@Nullable Object value) {
    if (!(value instanceof JsonArray array) || array.isEmpty()) {
      throw flaw("/documents", "must be a list of texts, or of objects with a text; at least one");
    }
    if (array.size() > MOST_DOCUMENTS) {
      throw flaw("/documents", "has more than %d items".formatted(MOST_DOCUMENTS));
    }
    List<String> documents = new ArrayList<>(array.size());
    for (int i = 0; i < array.size(); i++) {
      Object item = array.getValue(i);
      Object text = item instanceof JsonObject object ? object.getValue("text") : item;
      if (!(text instanceof String words)) {
        throw flaw("/documents/" + i, "must be a text, or an object with a text");
      }
      documents.add(words);
    }
    return documents;
  }

  private static int top(@Nullable Object value, int all) {
    if (value == null) {
      return all;
    }
    if (value instanceof Integer top && top >= 1) {
      return Math.min(top, all);
    }
    throw flaw("/top_n", "must be a whole number from 1");
  }

  private static boolean truth(@Nullable Object value) {
    if (value == null || value instanceof Boolean) {
      return Boolean.TRUE.equals(value);
    }
    throw flaw("/return_documents", "must be true or false");
  }

  private static Failure flaw(String where, String detail) {
    return Failure.unprocessable(
        "%s %s.".formatted(where, detail), List.of(new Flaw(where, detail)));
  }
}
