package io.ruche.embedservice.parse.read;

import java.util.Locale;
import java.util.Map;
import org.apache.tika.mime.MediaType;
import org.jspecify.annotations.Nullable;

/** A format that is read, as the reader that it needs. */
enum Format {
  PDF,
  HTML,
  MARKDOWN,
  TEXT,
  CSV,
  TSV,
  MAIL,
  /** Word, slides, RTF: text in its order. */
  OFFICE,
  /** Rows and columns. */
  SHEETS;

  /** What can be sent, for messages. */
  static final String READ =
      "PDF, DOCX, XLSX, PPTX, DOC, XLS, PPT, ODT, ODS, ODP, RTF, HTML, Markdown, e-mail (EML, MSG),"
          + " CSV, JSON and plain text are read";

  private static final Map<String, Format> TYPES =
      Map.ofEntries(
          Map.entry("application/pdf", PDF),
          Map.entry("text/html", HTML),
          Map.entry("application/xhtml+xml", HTML),
          Map.entry("text/markdown", MARKDOWN),
          Map.entry("text/x-web-markdown", MARKDOWN),
          Map.entry("text/csv", CSV),
          Map.entry("text/tab-separated-values", TSV),
          Map.entry("text/tsv", TSV),
          Map.entry("message/rfc822", MAIL),
          Map.entry("application/vnd.ms-outlook", OFFICE),
          Map.entry("application/msword", OFFICE),
          Map.entry("application/vnd.ms-powerpoint", OFFICE),
          Map.entry("application/vnd.ms-excel", SHEETS),
          // Tells that it needs a password.
          Map.entry("application/x-tika-ooxml-protected", OFFICE),
          Map.entry("application/rtf", OFFICE),
          Map.entry("text/rtf", OFFICE),
          Map.entry("application/json", TEXT),
          Map.entry("application/xml", TEXT),
          Map.entry("application/javascript", TEXT),
          Map.entry("application/x-sh", TEXT),
          Map.entry("application/x-yaml", TEXT),
          Map.entry("application/sql", TEXT));

  /** The format of a type; null when it is not read. */
  static @Nullable Format of(MediaType type) {
    String name = type.getBaseType().toString().toLowerCase(Locale.ROOT);
    Format known = TYPES.get(name);
    if (known != null) {
      return known;
    }
    if (isOffice(name)) {
      return name.contains("spreadsheet") || name.contains("excel") ? SHEETS : OFFICE;
    }
    boolean text = name.startsWith("text/") || name.endsWith("+json") || name.endsWith("+xml");
    return text && !name.startsWith("image/") ? TEXT : null;
  }

  /** Whether it is one of the zip-packed office formats. */
  static boolean isPacked(MediaType type) {
    return isOffice(type.getBaseType().toString());
  }

  /** Whether it is one of the formats of LibreOffice. */
  static boolean isOpenDocument(MediaType type) {
    return type.getBaseType().toString().startsWith("application/vnd.oasis.opendocument.");
  }

  private static boolean isOffice(String name) {
    return name.startsWith("application/vnd.openxmlformats-officedocument.wordprocessingml")
        || name.startsWith("application/vnd.openxmlformats-officedocument.spreadsheetml")
        || name.startsWith("application/vnd.openxmlformats-officedocument.presentationml")
        || name.startsWith("application/vnd.ms-word.")
        || name.startsWith("application/vnd.ms-excel.sheet.macroenabled")
        || name.startsWith("application/vnd.ms-excel.template.macroenabled")
        || name.startsWith("application/vnd.ms-powerpoint.")
        || name.startsWith("application/vnd.oasis.opendocument.text")
        || name.startsWith("application/vnd.oasis.opendocument.spreadsheet")
        || name.startsWith("application/vnd.oasis.opendocument.presentation");
  }
}
