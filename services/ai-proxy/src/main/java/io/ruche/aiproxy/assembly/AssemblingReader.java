package io.ruche.aiproxy.assembly;

import io.ruche.aiproxy.routing.Target;
import io.ruche.aiproxy.upstream.Reader;
import io.ruche.aiproxy.upstream.UpstreamFault;
import io.ruche.http.Failure;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads a streamed completion and gives on the whole one, as if it had not been streamed. An answer
 * that is no stream passes as it is. An error in the middle of a stream is given on as the error
 * that it would have been at its beginning; a stream without its end is one that broke off.
 */
public final class AssemblingReader implements Reader {

  private static final int LONGEST_EVENT = 4 * 1024 * 1024;
  private static final String DONE = "[DONE]";

  private final Reader reader;
  private final long longest;
  private final Consumer<String> deltas;
  private final CompletionAssembly assembly = new CompletionAssembly();
  private final EventLines lines = new EventLines(LONGEST_EVENT, this::event);
  private @Nullable MultiMap headers;
  private int status;
  private boolean streamed;
  private boolean tooLong;

  /**
   * A reader of one answer.
   *
   * @param reader takes the whole
   * @param longest characters of an answer that are kept; a longer one is given on at once, so that
   *     the reader can refuse it
   * @param deltas hears each piece of the first answer's text, as it comes
   */
  public AssemblingReader(Reader reader, long longest, Consumer<String> deltas) {
    this.reader = reader;
    this.longest = longest;
    this.deltas = deltas;
  }

  @Override
  public void from(Target target) {
    reader.from(target);
  }

  @Override
  public void head(int code, MultiMap told) {
    String type = told.get(HttpHeaders.CONTENT_TYPE);
    streamed = code >= 200 && code < 300 && type != null && type.startsWith("text/event-stream");
    status = code;
    headers = told;
    if (!streamed) {
      reader.head(code, told);
    }
  }

  @Override
  public void piece(Buffer bytes) {
    if (!streamed) {
      reader.piece(bytes);
    } else if (!tooLong) {
      lines.feed(bytes);
      if (assembly.size() > longest) {
        tooLong = true;
        give(status, assembly.completion());
      }
    }
  }

  private void event(String data) {
    if (data.equals(DONE) || data.isBlank()) {
      return;
    }
    try {
      String text = assembly.add(new JsonObject(data));
      if (!text.isEmpty()) {
        deltas.accept(text);
      }
    } catch (DecodeException | ClassCastException e) {
      // Keep-alives and the like; what matters is missed at the end.
    }
  }

  @Override
  public void end() {
    if (!streamed) {
      reader.end();
      return;
    }
    if (tooLong) {
      reader.end();
      return;
    }
    lines.end();
    JsonObject error = assembly.error();
    if (error != null) {
      give(statusOf(error), new JsonObject().put("error", error));
      reader.end();
    } else if (assembly.isComplete()) {
      give(status, assembly.completion());
      reader.end();
    } else {
      reader.failed(
          UpstreamFault.CUT.failure("The provider ended its stream before the answer was whole."));
    }
  }

  private void give(int code, JsonObject body) {
    MultiMap told = headers;
    reader.head(code, told == null ? MultiMap.caseInsensitiveMultiMap() : told);
    reader.piece(body.toBuffer());
  }

  /** Groq tells a {@code status_code}; otherwise the word says most. */
  private static int statusOf(JsonObject error) {
    for (String name : new String[] {"status_code", "status", "code"}) {
      if (error.getValue(name) instanceof Number number
          && number.intValue() >= 400
          && number.intValue() < 600) {
        return number.intValue();
      }
    }
    return switch (String.valueOf(error.getValue("code"))) {
      case "rate_limit_exceeded" -> 429;
      case "capacity_exceeded" -> 498;
      case "tool_use_failed", "json_validate_failed" -> 400;
      default -> 502;
    };
  }

  @Override
  public void failed(Failure failure) {
    reader.failed(failure);
  }
}
