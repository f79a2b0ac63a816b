package io.ruche.embedservice.parse.read;

import io.ruche.embedservice.parse.text.TextWriter;
import io.ruche.embedservice.parse.text.TextWriter.Gap;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import org.apache.tika.exception.TikaException;
import org.apache.tika.extractor.EmbeddedDocumentExtractor;
import org.apache.tika.io.TikaInputStream;
import org.apache.tika.metadata.HttpHeaders;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.metadata.TikaCoreProperties;
import org.apache.tika.mime.MediaType;
import org.apache.tika.parser.ParseContext;
import org.apache.tika.parser.Parser;
import org.apache.tika.parser.microsoft.OfficeParser;
import org.apache.tika.parser.microsoft.OfficeParserConfig;
import org.apache.tika.parser.microsoft.ooxml.OOXMLParser;
import org.apache.tika.parser.microsoft.rtf.RTFParser;
import org.xml.sax.Attributes;
import org.xml.sax.ContentHandler;
import org.xml.sax.SAXException;
import org.xml.sax.helpers.DefaultHandler;

/** Office, RTF and Outlook files, by Tika, whose elements become the one text. */
final class OfficeText {

  /** What to do with a file in the file. */
  @FunctionalInterface
  interface Part {
    /**
     * Reads it, or leaves it.
     *
     * @param name empty when it has none
     */
    void read(InputStream bytes, String type, String name) throws IOException;
  }

  private OfficeText() {}

  static void read(Path file, MediaType type, boolean sheets, TextWriter writer, Part parts)
      throws IOException, TikaException, SAXException {
    Metadata metadata = new Metadata();
    metadata.set(HttpHeaders.CONTENT_TYPE, type.toString());
    Structure structure = new Structure(writer, sheets);
    ParseContext context = new ParseContext();
    context.set(OfficeParserConfig.class, config());
    context.set(EmbeddedDocumentExtractor.class, new Embedded(structure, parts));
    try (TikaInputStream in = TikaInputStream.get(file)) {
      parser(type).parse(in, new Events(structure), metadata, context);
    }
    structure.finish();
    String title = metadata.get(TikaCoreProperties.TITLE);
    if (title != null) {
      writer.title(title);
    }
  }

  private static Parser parser(MediaType type) {
    String name = type.getBaseType().toString();
    if (name.endsWith("/rtf")) {
      return new RTFParser();
    }
    return Format.isPacked(type) ? new OOXMLParser() : new OfficeParser();
  }

  private static OfficeParserConfig config() {
    OfficeParserConfig config = new OfficeParserConfig();
    config.setExtractMacros(false);
    config.setIncludeDeletedContent(false);
    config.setIncludeMoveFromContent(false);
    config.setIncludeHeadersAndFooters(false);
    config.setIncludeSlideMasterContent(false);
    config.setIncludeSlideNotes(true);
    config.setUseSAXDocxExtractor(true);
    config.setUseSAXPptxExtractor(true);
    return config;
  }

  private static final class Events extends DefaultHandler {

    private final Structure structure;

    Events(Structure structure) {
      this.structure = structure;
    }

    @Override
    public void startElement(String uri, String name, String qualified, Attributes attributes) {
      structure.begin(name, attributes.getValue("class"));
    }

    @Override
    public void endElement(String uri, String name, String qualified) {
      structure.end(name);
    }

    @Override
    public void characters(char[] chars, int from, int length) {
      structure.text(new String(chars, from, length));
    }

    @Override
    public void ignorableWhitespace(char[] chars, int from, int length) {
      characters(chars, from, length);
    }
  }

  private record Embedded(Structure structure, Part parts) implements EmbeddedDocumentExtractor {

    @Override
    public boolean shouldParseEmbedded(Metadata metadata) {
      return true;
    }

    @Override
    public void parseEmbedded(
        InputStream bytes, ContentHandler handler, Metadata metadata, boolean asHtml)
        throws IOException {
      String type = metadata.get(HttpHeaders.CONTENT_TYPE);
      String name = metadata.get(TikaCoreProperties.RESOURCE_NAME_KEY);
      structure.endBlock(Gap.PARAGRAPH);
      parts.read(bytes, type == null ? "" : type, name == null ? "" : name);
    }
  }
}
