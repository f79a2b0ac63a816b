package io.ruche.config.source;

import java.util.List;
import java.util.Map;

/** A value of a YAML file, as written; the line is that of its key or list item, from 1. */
public sealed interface Node {

  /** The line of the key or list item that holds this value. */
  int line();

  /** A single value, before it is known what type it should have. */
  record Scalar(String text, int line) implements Node {

    /** Names no content, which may be a secret. */
    @Override
    public String toString() {
      return "Scalar[line " + line + "]";
    }
  }

  /** A key without a value. */
  record Blank(int line) implements Node {}

  /** A list. */
  record Items(List<Node> nodes, int line) implements Node {}

  /** Keys with their values, in the order of the file. */
  record Mapping(Map<String, Node> entries, int line) implements Node {}

  /** A value that could not be read, which is already among the problems. */
  record Unread(int line) implements Node {}
}
