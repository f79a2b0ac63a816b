package io.ruche.embedservice.ingest.parts;

/** Tells the language of texts. */
@FunctionalInterface
public interface Languages {

  /** Two letters; empty when it cannot be told. */
  String of(String text);
}
