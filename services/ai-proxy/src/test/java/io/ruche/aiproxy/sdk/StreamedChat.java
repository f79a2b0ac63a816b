package io.ruche.aiproxy.sdk;

import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What came of one streamed chat of LangChain4j. */
final class StreamedChat implements StreamingChatResponseHandler {

  private final CompletableFuture<ChatResponse> whole = new CompletableFuture<>();
  private final Queue<String> pieces = new ConcurrentLinkedQueue<>();
  private final boolean cancel;

  private StreamedChat(boolean cancel) {
    this.cancel = cancel;
  }

  static StreamedChat of(StreamingChatModel model, ChatRequest request) {
    return begin(model, request, false);
  }

  /** A chat that is given up at its first word. */
  static StreamedChat cancelledAtOnce(StreamingChatModel model, ChatRequest request) {
    return begin(model, request, true);
  }

  private static StreamedChat begin(StreamingChatModel model, ChatRequest request, boolean cancel) {
    StreamedChat chat = new StreamedChat(cancel);
    model.chat(request, chat);
    return chat;
  }

  /** The answer, as LangChain4j put it together. */
  ChatResponse whole() throws ExecutionException, InterruptedException, TimeoutException {
    return whole.get(10, TimeUnit.SECONDS);
  }

  /** The pieces so far. */
  String text() {
    return String.join("", pieces);
  }

  @Override
  public void onPartialResponse(PartialResponse piece, PartialResponseContext context) {
    pieces.add(piece.text());
    if (cancel) {
      context.streamingHandle().cancel();
    }
  }

  @Override
  public void onCompleteResponse(ChatResponse answer) {
    whole.complete(answer);
  }

  @Override
  public void onError(Throwable failure) {
    whole.completeExceptionally(failure);
  }
}
