package io.ruche.embedservice.parse.read;

import io.ruche.embedservice.parse.plain.Charsets;
import io.ruche.embedservice.parse.text.TextWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;
import org.jsoup.select.NodeVisitor;
import org.jspecify.annotations.Nullable;

/** HTML. Nothing that it refers to is ever loaded. */
final class HtmlText {

  private HtmlText() {}

  static void read(Path file, @Nullable String charset, TextWriter writer) throws IOException {
    boolean utf8 = StandardCharsets.UTF_8.equals(Charsets.of(file, null));
    String named = charset;
    if (Charsets.named(charset) == null) {
      // Without a name jsoup looks for one in the file, and takes it for UTF-8 when there is none.
      named = utf8 || saysCharset(file) ? null : Charsets.of(file, null).name();
    }
    Document document;
    try (InputStream in = Files.newInputStream(file)) {
      document = Jsoup.parse(in, named, "");
    }
    write(document, writer);
  }

  static void read(String html, TextWriter writer) {
    write(Jsoup.parse(html, ""), writer);
  }

  private static void write(Document document, TextWriter writer) {
    writer.title(document.title());
    Structure structure = new Structure(writer, false);
    document.traverse(new Walk(structure));
    structure.finish();
  }

  private static boolean saysCharset(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      String head = new String(in.readNBytes(4096), StandardCharsets.ISO_8859_1);
      return head.toLowerCase(Locale.ROOT).contains("charset");
    }
  }

  private record Walk(Structure structure) implements NodeVisitor {

    @Override
    public void head(Node node, int depth) {
      if (node instanceof TextNode text) {
        structure.text(text.getWholeText());
      } else if (node instanceof Element element) {
        structure.begin(element.normalName(), null);
      }
    }

    @Override
    public void tail(Node node, int depth) {
      if (node instanceof Element element) {
        structure.end(element.normalName());
      }
    }
  }
}
