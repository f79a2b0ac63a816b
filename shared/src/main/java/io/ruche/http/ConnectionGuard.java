package io.ruche.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.AttributeKey;
import io.netty.util.ReferenceCountUtil;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;

/**
 * Watches one connection between the HTTP codec and Vert.x, and cuts it when the client is too
 * slow: with 408 where an answer can still be given. It exists because Vert.x has idle timeouts
 * only, which a client that sends a byte now and then never reaches, and which cut a client that
 * rightly waits for a slow answer.
 *
 * <p>It also closes well: when an answer is given while much of the body is still to come, the rest
 * is dropped for a moment before the socket is closed, since closing on unread bytes resets the
 * connection and takes the answer from the client.
 *
 * <p>Confined to the event loop of its channel. Time comes from {@link GuardedLoop}, which ticks
 * twice a second, so that a request costs no clock reading and no timer.
 */
final class ConnectionGuard extends ChannelDuplexHandler {

  private static final AttributeKey<ConnectionGuard> KEY =
      AttributeKey.valueOf(ConnectionGuard.class, "guard");

  /** A body remainder up to this is read and dropped to keep the connection. */
  private static final long MAX_DROPPED_BYTES = 65_536;

  private static final long LINGER_NANOS = 2_000_000_000L;
  private static final long UNKNOWN = -1;
  private static final String NO_METHOD = "";

  private final GuardedLoop loop;
  private @Nullable ChannelHandlerContext ctx;

  /** Requests whose answer is not complete; pipelining makes it more than one. */
  private int unanswered;

  /** The body of the latest request is not complete. */
  private boolean reading;

  /** Some bytes of a head came, not all. */
  private boolean partialHead;

  private boolean used;
  private boolean sawMessage;
  private boolean answerStarted;
  private boolean continueAwaited;
  private boolean closeAfterAnswer;

  /** The latest head could not be read, so where the next request begins is not known. */
  private boolean unreadable;

  private boolean lingering;
  private boolean detached;
  private boolean timedOut;
  private long since;
  private long bodyBytes;
  private long declaredBytes;
  private long unwritten;
  private String uri = "/";

  ConnectionGuard(GuardedLoop loop) {
    this.loop = loop;
    this.since = loop.now();
  }

  /** Whether the guard of a channel cut it because the client was too slow. */
  static boolean timedOut(Channel channel) {
    ConnectionGuard guard = channel.attr(KEY).get();
    return guard != null && guard.timedOut;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    this.ctx = context;
    context.channel().attr(KEY).set(this);
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) throws Exception {
    loop.forget(this);
    super.channelInactive(context);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
    if (lingering) {
      ReferenceCountUtil.release(message);
      return;
    }
    if (!detached) {
      sawMessage = true;
      if (message instanceof HttpRequest request) {
        beginRequest(request);
        if (!unreadable && !isSpoken(request.protocolVersion())) {
          refuseUnseen(
              request.method().name(),
              0,
              Failure.of(
                  505,
                  "http_version_not_supported",
                  "The HTTP version is not supported",
                  "This server speaks HTTP/1.1 and HTTP/1.0."));
          ReferenceCountUtil.release(message);
          return;
        }
      }
      if (message instanceof HttpContent content) {
        bodyBytes += content.content().readableBytes();
        if (message instanceof LastHttpContent) {
          reading = false;
          since = loop.now();
        }
      }
    }
    super.channelRead(context, message);
  }

  private void beginRequest(HttpRequest request) {
    unanswered++;
    used = true;
    partialHead = false;
    uri = request.uri();
    since = loop.now();
    bodyBytes = 0;
    if (request.decoderResult().isFailure()) {
      unreadable = true;
      reading = false;
      return;
    }
    reading = true;
    continueAwaited = HttpUtil.is100ContinueExpected(request);
    declaredBytes =
        HttpUtil.isTransferEncodingChunked(request)
            ? UNKNOWN
            : HttpUtil.getContentLength(request, 0L);
  }

  private static boolean isSpoken(HttpVersion version) {
    return version.equals(HttpVersion.HTTP_1_1) || version.equals(HttpVersion.HTTP_1_0);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) throws Exception {
    // Bytes came and made no message: the beginning of a head.
    if (!sawMessage && !partialHead && !reading && unanswered == 0) {
      partialHead = true;
      since = loop.now();
    }
    sawMessage = false;
    super.channelReadComplete(context);
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise)
      throws Exception {
    if (lingering) {
      ReferenceCountUtil.release(message);
      promise.tryFailure(new ClosedChannelException());
      return;
    }
    if (!detached && message instanceof HttpResponse response) {
      int status = response.status().code();
      if (status < 200) {
        continueAwaited = false;
        detached = status == HttpResponseStatus.SWITCHING_PROTOCOLS.code();
        super.write(context, message, promise);
        return;
      }
      answerStarted = true;
      if (unanswered == 1 && mustCloseAfterAnswer()) {
        closeAfterAnswer = true;
        response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
      }
    }
    if (!detached && message instanceof LastHttpContent) {
      unanswered--;
      answerStarted = false;
      since = loop.now();
      if (closeAfterAnswer) {
        super.write(context, message, promise.unvoid().addListener(written -> finish()));
        return;
      }
    }
    super.write(context, message, promise);
  }

  private boolean mustCloseAfterAnswer() {
    if (unreadable || loop.draining()) {
      return true;
    }
    return reading
        && (continueAwaited
            || declaredBytes == UNKNOWN
            || declaredBytes - bodyBytes > MAX_DROPPED_BYTES);
  }

  private void finish() {
    if (reading || unreadable) {
      linger();
    } else {
      close();
    }
  }

  /** Says no more, reads and drops what comes until the client closes or the time is up. */
  private void linger() {
    if (lingering || ctx == null) {
      return;
    }
    lingering = true;
    since = loop.now();
    ctx.channel().config().setAutoRead(true);
    if (ctx.channel() instanceof DuplexChannel duplex && duplex.isActive()) {
      var unused = duplex.shutdownOutput();
    }
  }

  private void close() {
    if (ctx != null) {
      var unused = ctx.close();
    }
  }

  /** Looks at the clock; called about twice a second on the event loop. */
  void tick(long now) {
    if (ctx == null || detached) {
      return;
    }
    long waited = now - since;
    if (lingering) {
      if (waited > LINGER_NANOS) {
        close();
      }
    } else if (reading) {
      tickBody(waited, now);
    } else if (unanswered > 0) {
      tickAnswer(ctx.channel(), waited, now);
    } else if (partialHead) {
      if (waited > loop.headNanos()) {
        loop.cut("slow_head");
        refuseUnseen(
            NO_METHOD,
            waited,
            Failure.requestTimeout(
                "The request head was not complete within "
                    + loop.config().headTimeout().toSeconds()
                    + " s."));
      }
    } else if (waited > (used ? loop.idleNanos() : loop.headNanos())) {
      close();
    }
  }

  private void tickBody(long waited, long now) {
    if (ctx != null && !ctx.channel().config().isAutoRead()) {
      // It is the service that does not read on, so the time is not the client's.
      since = now;
      return;
    }
    long earned = bodyBytes * 1_000_000_000L / loop.config().minBodyBytesPerSecond();
    if (waited <= loop.bodyNanos() + earned) {
      return;
    }
    loop.cut("slow_body");
    if (unanswered == 1 && !answerStarted) {
      refuse(
          Failure.requestTimeout(
              "The request body came too slowly: "
                  + bodyBytes
                  + " bytes in "
                  + waited / 1_000_000_000L
                  + " s."));
    } else {
      close();
    }
  }

  private void tickAnswer(Channel channel, long waited, long now) {
    long left = channel.isWritable() ? 0 : channel.bytesBeforeWritable();
    if (left == 0 || left != unwritten) {
      unwritten = left;
      since = now;
    } else if (waited > loop.idleNanos()) {
      loop.cut("unread_answer");
      close();
    }
  }

  /** Refuses a client that was too many. */
  void refuseConnection(Failure failure) {
    refuseUnseen(NO_METHOD, 0, failure);
  }

  /** Refuses what the service never gets to see, and so does not count. */
  private void refuseUnseen(String method, long nanos, Failure failure) {
    loop.mapper().refused(method, failure, nanos);
    refuse(failure);
  }

  /** Answers in place of the service and closes. */
  private void refuse(Failure failure) {
    if (ctx == null) {
      return;
    }
    timedOut = failure.status() == 408;
    ctx.writeAndFlush(loop.mapper().refusal(failure, uri))
        .addListener(
            (ChannelFutureListener)
                written -> {
                  if (!written.isSuccess()) {
                    close();
                  }
                });
    linger();
  }
}
