package io.ruche.http;

import static io.ruche.http.RawConnection.request;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.http.RawConnection.Answer;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpMethod;
import java.net.ConnectException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class StopTest {

  @Test
  void finishesTheRequestInFlightAndTakesNoMore() throws Exception {
    CountDownLatch arrived = new CountDownLatch(1);
    Promise<String> result = Promise.promise();
    try (RunningApi api =
            new RunningApi(
                routes ->
                    routes.on(
                        HttpMethod.GET,
                        "/work",
                        ctx -> {
                          arrived.countDown();
                          result.future().onSuccess(ctx::end);
                        }));
        RawConnection busy = new RawConnection(api.port());
        RawConnection idle = new RawConnection(api.port())) {
      int port = api.port();
      busy.send(request("GET", "/work", ""));
      assertTrue(arrived.await(5, TimeUnit.SECONDS));

      Future<Void> stopped = api.api().stop();
      assertTrue(idle.closedByServer());
      await()
          .atMost(5, TimeUnit.SECONDS)
          .untilAsserted(() -> assertThrows(ConnectException.class, () -> new RawConnection(port)));
      result.complete("done");

      Answer answer = busy.answer();
      assertEquals("done", answer.body());
      assertEquals("close", answer.header("connection"));
      stopped.await(5, TimeUnit.SECONDS);
    }
  }

  @Test
  void givesUpARequestThatOutlivesTheBound() throws Exception {
    CountDownLatch arrived = new CountDownLatch(1);
    try (RunningApi api =
            new RunningApi(
                routes -> routes.on(HttpMethod.GET, "/never", ctx -> arrived.countDown()));
        RawConnection busy = new RawConnection(api.port())) {
      busy.send(request("GET", "/never", ""));
      assertTrue(arrived.await(5, TimeUnit.SECONDS));

      api.api().stop().await(8, TimeUnit.SECONDS);

      assertTrue(busy.closedByServer());
    }
  }

  @Test
  void startsAgainOnThePortItLeft() throws Exception {
    try (RunningApi api =
        new RunningApi(routes -> routes.on(HttpMethod.GET, "/", ctx -> ctx.end("ok")))) {
      api.api().stop().await(5, TimeUnit.SECONDS);
      api.api().start().await(5, TimeUnit.SECONDS);

      assertEquals(200, RawConnection.ask(api.port(), request("GET", "/", "")).status());
    }
  }
}
