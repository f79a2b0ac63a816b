package io.ruche.embedservice.parse.read;

import io.ruche.embedservice.parse.text.TextWriter;
import io.ruche.embedservice.parse.wire.ParseFailure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import javax.xml.XMLConstants;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.parsers.SAXParserFactory;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.xml.sax.Attributes;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;
import org.xml.sax.helpers.DefaultHandler;

/** Texts, sheets and slides of OpenDocument, the format of LibreOffice. */
final class OpenDocumentText extends DefaultHandler {

  private static final int MOST_REPEATS = 100;

  private final Structure structure;
  private final boolean sheets;
  private final Deque<Integer> headings = new ArrayDeque<>();
  private int silent;
  private int repeats = 1;
  private int blankCells;
  private boolean inCell;
  private boolean cellHasText;

  private OpenDocumentText(Structure structure, boolean sheets) {
    this.structure = structure;
    this.sheets = sheets;
  }

  static void read(Path file, boolean sheets, TextWriter writer) throws IOException, SAXException {
    try (ZipFile zip = ZipFile.builder().setPath(file).get()) {
      if (isEncrypted(zip)) {
        throw new ParseFailure(
            ParseFailure.Cause.ENCRYPTED,
            "The document needs a password; send it without protection.");
      }
      ZipArchiveEntry meta = zip.getEntry("meta.xml");
      if (meta != null) {
        parse(zip, meta, new Title(writer));
      }
      ZipArchiveEntry content = zip.getEntry("content.xml");
      if (content == null) {
        throw new ParseFailure(
            ParseFailure.Cause.BROKEN,
            "The document has no part content.xml, in which its text would be.");
      }
      Structure structure = new Structure(writer, sheets);
      parse(zip, content, new OpenDocumentText(structure, sheets));
      structure.finish();
    }
  }

  private static boolean isEncrypted(ZipFile zip) throws IOException {
    ZipArchiveEntry manifest = zip.getEntry("META-INF/manifest.xml");
    if (manifest == null) {
      return false;
    }
    try (InputStream in = zip.getInputStream(manifest)) {
      return new String(in.readNBytes(1 << 20), StandardCharsets.UTF_8).contains("encryption-data");
    }
  }

  private static void parse(ZipFile zip, ZipArchiveEntry part, DefaultHandler handler)
      throws IOException, SAXException {
    try (InputStream in = zip.getInputStream(part)) {
      SAXParserFactory factory = SAXParserFactory.newInstance();
      factory.setNamespaceAware(true);
      factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      factory.newSAXParser().parse(new InputSource(in), handler);
    } catch (ParserConfigurationException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void startElement(String uri, String name, String qualified, Attributes attributes) {
    if (silent > 0 || isSilent(qualified)) {
      silent++;
      return;
    }
    if (qualified.startsWith("text:")) {
      beginCell();
    }
    switch (qualified) {
      case "text:h" -> {
        int level = Math.clamp(number(attributes, "text:outline-level", 1), 1, 6);
        headings.push(level);
        structure.begin("h" + level, null);
      }
      case "text:p" -> structure.begin("p", null);
      case "text:list" -> structure.begin("ul", null);
      case "text:list-item" -> structure.begin("li", null);
      case "text:line-break" -> structure.begin("br", null);
      case "text:tab", "text:s" -> structure.text(" ");
      case "text:note" -> structure.text(" (");
      case "draw:page" -> structure.begin("div", "page");
      case "table:table" -> {
        String title = attributes.getValue("table:name");
        if (sheets && title != null) {
          structure.begin("h1", null);
          structure.text(title);
          structure.end("h1");
        }
        structure.begin("table", null);
      }
      case "table:table-row" -> {
        blankCells = 0;
        structure.begin("tr", null);
      }
      case "table:table-cell", "table:covered-table-cell" -> {
        repeats =
            Math.clamp(number(attributes, "table:number-columns-repeated", 1), 1, MOST_REPEATS);
        inCell = true;
        cellHasText = false;
      }
      default -> {
        // Styles and shapes: only what is within them counts.
      }
    }
  }

  /** Blank cells are only written when one with text follows, as a row can end in thousands. */
  private void beginCell() {
    if (!inCell || cellHasText) {
      return;
    }
    cellHasText = true;
    while (blankCells > 0) {
      blankCells--;
      structure.begin("td", null);
      structure.end("td");
    }
    structure.begin("td", null);
  }

  private void endCell() {
    if (cellHasText) {
      structure.end("td");
    } else {
      blankCells = Math.min(MOST_REPEATS, blankCells + repeats);
    }
    inCell = false;
    cellHasText = false;
  }

  @Override
  public void endElement(String uri, String name, String qualified) {
    if (silent > 0) {
      silent--;
      return;
    }
    switch (qualified) {
      case "text:h" -> structure.end("h" + headings.pop());
      case "text:p" -> structure.end("p");
      case "text:list" -> structure.end("ul");
      case "text:list-item" -> structure.end("li");
      case "text:note" -> structure.text(") ");
      case "table:table" -> structure.end("table");
      case "table:table-row" -> structure.end("tr");
      case "table:table-cell", "table:covered-table-cell" -> endCell();
      default -> {
        // Nothing was begun for it.
      }
    }
  }

  @Override
  public void characters(char[] chars, int from, int length) {
    if (silent == 0) {
      structure.text(new String(chars, from, length));
    }
  }

  private static boolean isSilent(String name) {
    return name.equals("text:tracked-changes")
        || name.equals("office:annotation")
        || name.equals("text:note-citation")
        || name.equals("office:scripts")
        || name.equals("svg:title")
        || name.equals("svg:desc");
  }

  private static int number(Attributes attributes, String name, int other) {
    String value = attributes.getValue(name);
    if (value == null || !value.matches("[0-9]{1,9}")) {
      return other;
    }
    return Integer.parseInt(value);
  }

  private static final class Title extends DefaultHandler {

    private final TextWriter writer;
    private final StringBuilder text = new StringBuilder();
    private boolean inside;

    Title(TextWriter writer) {
      this.writer = writer;
    }

    @Override
    public void startElement(String uri, String name, String qualified, Attributes attributes) {
      inside = qualified.equals("dc:title");
    }

    @Override
    public void endElement(String uri, String name, String qualified) {
      inside = false;
      writer.title(text.toString());
      text.setLength(0);
    }

    @Override
    public void characters(char[] chars, int from, int length) {
      if (inside && text.length() < 2_000) {
        text.append(chars, from, Math.min(length, 2_000));
      }
    }
  }
}
