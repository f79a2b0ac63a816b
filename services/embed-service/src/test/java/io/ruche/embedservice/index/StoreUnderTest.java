package io.ruche.embedservice.index;

/** A store that a contract is checked against. */
public interface StoreUnderTest {

  /** The open index; another object after a restart. */
  ChunkIndex index();

  /** Closes the index and opens it again on the same data. */
  void restart() throws Exception;

  /** Ends the store and deletes its data. */
  void close() throws Exception;
}
