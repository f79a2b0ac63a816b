package io.ruche.embedservice.engine;

/** What a text is; some models want to be told. */
public enum Purpose {
  QUERY,
  PASSAGE
}
