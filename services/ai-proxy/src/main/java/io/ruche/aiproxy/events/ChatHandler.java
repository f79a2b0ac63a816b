package io.ruche.aiproxy.events;

import io.ruche.aiproxy.operation.JsonRequest;
import io.ruche.aiproxy.operation.Operation;
import io.ruche.bus.Command;
import io.ruche.bus.CommandHandler;
import io.ruche.bus.CommandSpec;
import io.ruche.bus.Outcome;
import io.ruche.http.Failure;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** The command {@code chat}. Its result is the provider's completion, byte for byte. */
public final class ChatHandler implements CommandHandler {

  private final Asking asking;
  private final Supplier<String> defaultModel;

  /**
   * A handler.
   *
   * @param defaultModel gives the model of a shorthand that names none
   */
  public ChatHandler(Asking asking, Supplier<String> defaultModel) {
    this.asking = asking;
    this.defaultModel = defaultModel;
  }

  /**
   * The command and its events. Its attempts are for failures that may be its own; what a provider
   * that is down or limited keeps waiting loses none.
   *
   * @param longest how long one attempt may take
   * @param concurrency how many are worked on at once
   */
  public static CommandSpec command(Duration longest, int concurrency) {
    return CommandSpec.named("chat")
        .completed("chat-completed")
        .failed("chat-failed")
        .attempts(20, Duration.ofSeconds(1), Duration.ofMinutes(5))
        .prefetch(concurrency)
        .timeout(longest);
  }

  @Override
  public Outcome handle(Command command) throws TimeoutException {
    JsonRequest request;
    try {
      Buffer body = ChatBody.of(command.payload().data(), defaultModel.get());
      request = JsonRequest.read(Operation.CHAT, body);
      if (command.envelope().stream()) {
        request = JsonRequest.read(Operation.CHAT, ChatBody.streamed(request));
      }
    } catch (Failure refusal) {
      return new Outcome.Dead(refusal.detail());
    }
    return asking.ask(command, request);
  }
}
