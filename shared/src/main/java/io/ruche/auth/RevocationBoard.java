package io.ruche.auth;

import io.vertx.core.Future;
import java.util.Collection;
import java.util.List;

/**
 * The second way by which processes learn that keys were revoked, beside PostgreSQL: a bounded,
 * append-only list of key hashes.
 */
public interface RevocationBoard {

  /**
   * How far a reader has read.
   *
   * @param board which list; a list that was lost and begun again is another one
   * @param at the number of the last entry read
   */
  record Mark(String board, long at) {

    /** Before every entry of every list. */
    public static final Mark START = new Mark("", 0);
  }

  /**
   * What was added since a mark.
   *
   * @param hashes in the order of their revocation
   * @param gapless whether this is all that was added, and no part was lost or has been dropped
   *     from the list's old end
   */
  record News(Mark mark, List<String> hashes, boolean gapless) {}

  /** Adds hashes; those already there stay where they are. */
  Future<Void> post(Collection<String> hashes);

  /** Reads what was added after {@code mark}. */
  Future<News> readSince(Mark mark);
}
