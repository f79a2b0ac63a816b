package io.ruche.embedservice.engine.token;

import ai.djl.huggingface.tokenizers.jni.CharSpan;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import io.ruche.embedservice.document.Tokens;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * The tokenizer of a {@code tokenizer.json}. Safe for all threads; a text is worked on by the
 * thread that asks, at some 200,000 tokens a second, so keep long ones off event loops.
 */
public final class Tokenizer implements Tokens, AutoCloseable {

  private final TokenizersLibrary library;
  private final long handle;
  private final ReadWriteLock open = new ReentrantReadWriteLock();
  private final int vocabulary;
  private final Frame single;
  private final Frame pair;
  private boolean closed;

  private Tokenizer(TokenizersLibrary library, long handle, int vocabulary) {
    this.library = library;
    this.handle = handle;
    this.vocabulary = vocabulary;
    library.disableTruncation(handle);
    library.disablePadding(handle);
    this.single = singleFrame();
    this.pair = pairFrame();
  }

  /**
   * Reads a {@code tokenizer.json}. Its own truncation and padding are left out.
   *
   * @throws IOException saying what is wrong with it
   */
  public static Tokenizer of(String json) throws IOException {
    int vocabulary = Vocabulary.size(json);
    TokenizersLibrary library = TokenizersLibraryFile.get();
    long handle;
    try {
      handle = library.createTokenizerFromString(json);
    } catch (RuntimeException e) {
      throw new IOException("it is no tokenizer that can be read: " + e.getMessage(), e);
    }
    return new Tokenizer(library, handle, vocabulary);
  }

  private Frame singleFrame() {
    long encoding = library.encode(handle, "a", true);
    try {
      long[] ids = library.getTokenIds(encoding);
      long[] texts = library.getSequenceIds(encoding);
      int first = indexOf(texts, 0, 0);
      int last = lastIndexOf(texts, 0);
      return new Frame(
          Arrays.copyOf(ids, first), new long[0], Arrays.copyOfRange(ids, last + 1, ids.length), 0);
    } finally {
      library.deleteEncoding(encoding);
    }
  }

  private Frame pairFrame() {
    long encoding = library.encodeDual(handle, "a", "a", true);
    try {
      long[] ids = library.getTokenIds(encoding);
      long[] texts = library.getSequenceIds(encoding);
      long[] types = library.getTypeIds(encoding);
      int second = indexOf(texts, 1, 0);
      return new Frame(
          Arrays.copyOf(ids, indexOf(texts, 0, 0)),
          Arrays.copyOfRange(ids, lastIndexOf(texts, 0) + 1, second),
          Arrays.copyOfRange(ids, lastIndexOf(texts, 1) + 1, ids.length),
          types[second]);
    } finally {
      library.deleteEncoding(encoding);
    }
  }

  private static int indexOf(long[] values, long value, int from) {
    for (int i = from; i < values.length; i++) {
      if (values[i] == value) {
        return i;
      }
    }
    throw new IllegalStateException("the tokenizer makes no token of a letter");
  }

  private static int lastIndexOf(long[] values, long value) {
    int last = indexOf(values, value, 0);
    for (int i = last; i < values.length; i++) {
      last = values[i] == value ? i : last;
    }
    return last;
  }

  /** The marks round one text. */
  public Frame single() {
    return single;
  }

  /** The marks round two texts. */
  public Frame pair() {
    return pair;
  }

  /** How many tokens there are: their ids are below. */
  public int vocabulary() {
    return vocabulary;
  }

  /** The ids of a text's tokens, the model's own marks left out. */
  public long[] ids(String text) {
    Growing ids = new Growing();
    each(text, (start, piece, encoding) -> ids.add(library.getTokenIds(encoding)));
    return ids.toArray();
  }

  @Override
  public int[] starts(String text) {
    Growing starts = new Growing();
    each(
        text,
        (start, piece, encoding) -> {
          CharSpan[] spans = library.getTokenCharSpans(encoding);
          CharacterIndexes indexes = new CharacterIndexes(piece);
          long[] found = new long[spans.length];
          for (int i = 0; i < spans.length; i++) {
            // A token that stands for no character is where the one before it is.
            found[i] =
                spans[i] != null
                    ? start + indexes.of(spans[i].getStart())
                    : i > 0 ? found[i - 1] : start;
          }
          starts.add(found);
        });
    long[] found = starts.toArray();
    int[] characters = new int[found.length];
    for (int i = 0; i < found.length; i++) {
      characters[i] = (int) found[i];
    }
    return characters;
  }

  @Override
  public int count(String text) {
    return ids(text).length;
  }

  /** Takes what it needs of the tokens of a piece. */
  private interface PieceReader {
    void read(int start, String piece, long encoding);
  }

  private void each(String text, PieceReader reader) {
    open.readLock().lock();
    try {
      if (closed) {
        throw new IllegalStateException("the tokenizer is closed");
      }
      Segments segments = new Segments(CharacterIndexes.whole(text));
      while (segments.next()) {
        String piece = segments.piece();
        long encoding = library.encode(handle, piece, false);
        try {
          reader.read(segments.start(), piece, encoding);
        } finally {
          library.deleteEncoding(encoding);
        }
      }
    } finally {
      open.readLock().unlock();
    }
  }

  @Override
  public void close() {
    open.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        library.deleteTokenizer(handle);
      }
    } finally {
      open.writeLock().unlock();
    }
  }

  /** Numbers, mostly of one piece. */
  private static final class Growing {

    private long[] values = {};
    private int length;

    void add(long[] more) {
      if (length == 0) {
        values = more;
      } else {
        if (length + more.length > values.length) {
          values = Arrays.copyOf(values, Math.max(2 * values.length, length + more.length));
        }
        System.arraycopy(more, 0, values, length, more.length);
      }
      length += more.length;
    }

    long[] toArray() {
      return length == values.length ? values : Arrays.copyOf(values, length);
    }
  }
}
