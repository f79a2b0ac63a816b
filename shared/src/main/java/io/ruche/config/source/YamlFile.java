package io.ruche.config.source;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/**
 * A YAML file read into a tree; one that is missing or empty has no keys.
 *
 * <p>Read is what a settings file needs: one document of mappings, lists and single values. Aliases
 * and tags are refused, so that a file is no larger than it looks, and so are keys that are given
 * twice.
 *
 * @param root a mapping, or unread when the file as a whole is no mapping that can be read
 * @param problems what could not be read
 */
public record YamlFile(Node root, List<Problem> problems) {

  private static final int MAX_BYTES = 256 * 1024;
  private static final int MAX_DEPTH = 20;
  private static final YAMLFactory YAML = new YAMLFactory();

  /** Reads a file that problems call by its last name. */
  public static YamlFile read(Path file) {
    String name = String.valueOf(file.getFileName());
    return switch (TextFile.read(file, MAX_BYTES)) {
      case TextFile.Missing() -> new YamlFile(new Node.Mapping(Map.of(), 0), List.of());
      case TextFile.Unreadable(String why) ->
          new YamlFile(new Node.Unread(0), List.of(new Problem(name, 0, KeyPath.ROOT, why)));
      case TextFile.Text(String text) -> parse(name, text);
    };
  }

  private static YamlFile parse(String name, String text) {
    try (YAMLParser parser = YAML.createParser(text)) {
      Reader reader = new Reader(name, parser, new ArrayList<>());
      return new YamlFile(reader.document(), List.copyOf(reader.problems()));
    } catch (IOException e) {
      throw new UncheckedIOException("a text in memory cannot fail to be read", e);
    }
  }

  /** One pass over the parser's tokens. */
  private record Reader(String name, YAMLParser parser, List<Problem> problems) {

    Node document() throws IOException {
      try {
        JsonToken first = parser.nextToken();
        if (first == null || first == JsonToken.VALUE_NULL) {
          return new Node.Mapping(Map.of(), 0);
        }
        Node root = value(KeyPath.ROOT, 0, 0);
        if (parser.nextToken() != null) {
          report(line(), KeyPath.ROOT, "starts a second document; write all settings in one");
        }
        if (root instanceof Node.Mapping || root instanceof Node.Unread) {
          return root;
        }
        return unread(1, KeyPath.ROOT, "holds no keys; write settings as 'key: value' lines");
      } catch (JsonProcessingException e) {
        return unread(e);
      }
    }

    private Node value(KeyPath path, int line, int depth) throws IOException {
      if (parser.isCurrentAlias()) {
        skip();
        return unread(line, path, "is a YAML alias, which is not read; write the value out");
      }
      if (parser.getTypeId() != null) {
        skip();
        return unread(line, path, "has a YAML tag, which is not read; write the value without it");
      }
      JsonToken token = parser.currentToken();
      if (token.isStructStart() && depth == MAX_DEPTH) {
        skip();
        return unread(line, path, "is nested more than " + MAX_DEPTH + " levels deep");
      }
      return switch (token) {
        case START_OBJECT -> mapping(path, line, depth);
        case START_ARRAY -> items(path, line, depth);
        case VALUE_NULL -> new Node.Blank(line);
        default -> new Node.Scalar(parser.getText(), line);
      };
    }

    private Node mapping(KeyPath path, int line, int depth) throws IOException {
      Map<String, Node> entries = new LinkedHashMap<>();
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String key = parser.currentName();
        int keyLine = line();
        parser.nextToken();
        Node value = value(path.key(key), keyLine, depth + 1);
        Node earlier = entries.putIfAbsent(key, value);
        if (earlier != null) {
          String text = "is given twice, first in line " + earlier.line() + "; keep one";
          report(keyLine, path.key(key), text);
        }
      }
      return new Node.Mapping(entries, line);
    }

    private Node items(KeyPath path, int line, int depth) throws IOException {
      List<Node> nodes = new ArrayList<>();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        nodes.add(value(path.item(nodes.size()), line(), depth + 1));
      }
      return new Node.Items(nodes, line);
    }

    private void skip() throws IOException {
      parser.skipChildren();
    }

    private int line() {
      return parser.currentTokenLocation().getLineNr();
    }

    private Node unread(int line, KeyPath path, String text) {
      report(line, path, text);
      return new Node.Unread(line);
    }

    /** The parser's message is left out: it repeats lines of the file, which may hold secrets. */
    private Node unread(JsonProcessingException e) {
      if (e.getCause() instanceof MarkedYAMLException marked && marked.getProblemMark() != null) {
        int line = marked.getProblemMark().getLine() + 1;
        return unread(line, KeyPath.ROOT, "is not YAML: " + marked.getProblem());
      }
      int line = e.getLocation() == null ? 0 : Math.max(0, e.getLocation().getLineNr());
      return unread(line, KeyPath.ROOT, "is not YAML");
    }

    private void report(int line, KeyPath path, String text) {
      problems.add(new Problem(name, line, path, text));
    }
  }
}
