package io.ruche.embedservice.answer;

import io.ruche.embedservice.index.Space;
import io.ruche.embedservice.index.filter.Filter;
import io.ruche.embedservice.query.HitsJson;
import io.ruche.embedservice.query.Searching;
import io.ruche.embedservice.search.Hit;
import io.ruche.embedservice.search.Mode;
import io.ruche.embedservice.search.SearchRequest;
import io.ruche.http.Failure;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Answers questions from a collection. */
public final class Answering {

  private final AnswerConfig config;
  private final Searching searching;
  private final ChatClient chat;

  public Answering(AnswerConfig config, Searching searching, ChatClient chat) {
    this.config = config;
    this.searching = searching;
    this.chat = chat;
  }

  /**
   * Answers a question. Fails with a {@link Failure}: 501 when no model is configured.
   *
   * @param top passages that the model is shown; null for the configured number
   * @param model null for the configured one
   */
  public Future<JsonObject> answer(
      Space space,
      String question,
      @Nullable Integer top,
      @Nullable String model,
      Filter filter,
      boolean rerank) {
    if (config.url() == null) {
      return Future.failedFuture(
          Failure.of(
              501,
              "answers_off",
              "Answers are not turned on",
              "No model is configured: set answer.url in embed-service.yaml (or RUCHE_ANSWER_URL) to"
                  + " the address of ai-proxy, such as http://127.0.0.1:8101/v1, and"
                  + " RUCHE_ANSWER_KEY to a key with the scope ai."));
    }
    String asked = model == null ? config.model() : model;
    SearchRequest request =
        new SearchRequest(
            question, Mode.HYBRID, top == null ? config.top() : top, filter, "", false, rerank);
    return searching
        .search(space, request)
        .compose(
            found ->
                found.hits().isEmpty()
                    ? Future.succeededFuture(nothing())
                    : chat.ask(asked, Prompt.messages(question, found.hits()))
                        .map(reply -> json(reply, found.hits())));
  }

  private static JsonObject nothing() {
    return new JsonObject()
        .putNull("answer")
        .put("citations", new JsonArray())
        .put("notes", new JsonArray().add("No passage was found, so no model was asked."));
  }

  private static JsonObject json(ChatClient.Reply reply, List<Hit> passages) {
    Citations checked = Citations.check(reply.text(), passages.size());
    JsonArray citations = new JsonArray();
    checked.cited().forEach(n -> citations.add(citation(n, passages.get(n - 1))));
    JsonObject json =
        new JsonObject()
            .put("answer", checked.text())
            .put("citations", citations)
            .put("removed_citations", new JsonArray(List.copyOf(checked.removed())))
            .put("passages", passages.size())
            .put("model", reply.model());
    return reply.usage() == null ? json : json.put("usage", reply.usage());
  }

  private static JsonObject citation(int n, Hit hit) {
    return new JsonObject().put("n", n).mergeIn(HitsJson.place(hit));
  }
}
