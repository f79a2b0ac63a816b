package io.ruche.embedservice.http;

import io.ruche.auth.web.KeyHandler;
import io.ruche.embedservice.answer.Answering;
import io.ruche.embedservice.events.Names;
import io.ruche.embedservice.index.Space;
import io.ruche.embedservice.query.Query;
import io.ruche.embedservice.query.QueryReader;
import io.ruche.http.openapi.OpenApi;
import io.vertx.core.Handler;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

/** {@code POST /v1/answer}. */
public final class AnswerHandler implements Handler<RoutingContext> {

  private final Answering answering;

  public AnswerHandler(Answering answering) {
    this.answering = answering;
  }

  @Override
  public void handle(RoutingContext ctx) {
    JsonObject asked = OpenApi.json(ctx);
    Space space =
        new Space(KeyHandler.keyOf(ctx).tenant(), Names.collection(asked.getValue("collection")));
    Query query =
        QueryReader.read(
            new JsonObject()
                .put("query", asked.getValue("question"))
                .put("filter", asked.getValue("filter"))
                .put("rerank", asked.getValue("rerank")));
    answering
        .answer(
            space,
            query.text(),
            asked.getInteger("top"),
            asked.getString("model"),
            query.filter(),
            query.rerank())
        .onSuccess(json -> Answers.send(ctx, 200, json))
        .onFailure(ctx::fail);
  }
}
