package io.ruche.embedservice.parse;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.font.PDFont;
import org.apache.pdfbox.pdmodel.font.PDType1Font;
import org.apache.pdfbox.pdmodel.font.Standard14Fonts.FontName;
import org.apache.poi.hslf.usermodel.HSLFSlideShow;
import org.apache.poi.hssf.usermodel.HSSFWorkbook;
import org.apache.poi.ss.usermodel.Row;
import org.apache.poi.ss.usermodel.Sheet;
import org.apache.poi.ss.usermodel.Workbook;
import org.apache.poi.xslf.usermodel.XMLSlideShow;
import org.apache.poi.xslf.usermodel.XSLFSlide;
import org.apache.poi.xssf.usermodel.XSSFWorkbook;

/** Files of every format that is read, made here. */
final class Fixtures {

  static final String TITLE = "L'été à Besançon";
  static final String FRENCH =
      "L'été, les élèves de l'école n'oublient pas d'arroser les hêtres du côté de la rivière.";
  static final String ENGLISH = "The café at the old mill keeps its garden open until September.";

  private Fixtures() {}

  /** What writes a file. */
  @FunctionalInterface
  interface Writing {
    void to(OutputStream out) throws IOException;
  }

  static byte[] bytes(Writing writing) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      writing.to(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** One page each, a heading above its paragraphs. */
  static byte[] pdf(List<List<String>> pages) {
    return bytes(
        out -> {
          try (PDDocument document = new PDDocument()) {
            document.getDocumentInformation().setTitle(TITLE);
            PDFont plain = new PDType1Font(FontName.HELVETICA);
            for (List<String> lines : pages) {
              PDPage page = new PDPage();
              document.addPage(page);
              if (!lines.isEmpty()) {
                write(document, page, plain, lines);
              }
            }
            document.save(out);
          }
        });
  }

  private static void write(PDDocument document, PDPage page, PDFont font, List<String> lines)
      throws IOException {
    try (PDPageContentStream content = new PDPageContentStream(document, page)) {
      float y = 720;
      for (int i = 0; i < lines.size(); i++) {
        content.beginText();
        content.setFont(font, i == 0 ? 20 : 11);
        content.newLineAtOffset(60, y);
        content.showText(lines.get(i));
        content.endText();
        y -= 40;
      }
    }
  }

  /** One page of lines; an empty one is half as high and ends a paragraph. */
  static byte[] pdfLines(String... lines) {
    return bytes(
        out -> {
          try (PDDocument document = new PDDocument()) {
            PDPage page = new PDPage();
            document.addPage(page);
            try (PDPageContentStream content = new PDPageContentStream(document, page)) {
              content.beginText();
              content.setFont(new PDType1Font(FontName.HELVETICA), 11);
              content.newLineAtOffset(60, 700);
              for (String line : lines) {
                if (!line.isEmpty()) {
                  content.showText(line);
                }
                content.newLineAtOffset(0, line.isEmpty() ? -7 : -13);
              }
              content.endText();
            }
            document.save(out);
          }
        });
  }

  static byte[] zip(Map<String, String> parts) {
    return bytes(
        out -> {
          try (ZipOutputStream zip = new ZipOutputStream(out)) {
            for (Map.Entry<String, String> part : parts.entrySet()) {
              zip.putNextEntry(new ZipEntry(part.getKey()));
              zip.write(utf8(part.getValue()));
              zip.closeEntry();
            }
          }
        });
  }

  static byte[] docx(String body) {
    return zip(docxParts(body));
  }

  static Map<String, String> docxParts(String body) {
    return Map.of(
        "[Content_Types].xml",
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
        <Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
        <Default Extension="xml" ContentType="application/xml"/>
        <Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>
        <Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/>
        </Types>""",
        "_rels/.rels",
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
        <Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>
        </Relationships>""",
        "word/_rels/document.xml.rels",
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
        <Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/>
        </Relationships>""",
        "word/styles.xml",
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">
        <w:style w:type="paragraph" w:styleId="Titre1"><w:name w:val="heading 1"/></w:style>
        </w:styles>""",
        "word/document.xml",
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>%s</w:body></w:document>"""
            .formatted(body));
  }

  static byte[] goodDocx() {
    return docx(
        "<w:p><w:pPr><w:pStyle w:val=\"Titre1\"/></w:pPr><w:r><w:t>"
            + TITLE
            + "</w:t></w:r></w:p><w:p><w:r><w:t>"
            + FRENCH
            + "</w:t></w:r></w:p><w:tbl><w:tr><w:tc><w:p><w:r><w:t>Année</w:t></w:r></w:p></w:tc>"
            + "<w:tc><w:p><w:r><w:t>2024</w:t></w:r></w:p></w:tc></w:tr></w:tbl><w:p><w:r><w:t>"
            + ENGLISH
            + "</w:t></w:r></w:p>");
  }

  static byte[] xlsx() {
    return bytes(
        out -> {
          try (Workbook book = new XSSFWorkbook()) {
            fill(book);
            book.write(out);
          }
        });
  }

  static byte[] xls() {
    return bytes(
        out -> {
          try (Workbook book = new HSSFWorkbook()) {
            fill(book);
            book.write(out);
          }
        });
  }

  private static void fill(Workbook book) {
    Sheet sheet = book.createSheet("Récoltes");
    row(sheet, 0, "Produit", "Région");
    row(sheet, 1, "Miel d'été", "Franche-Comté");
    Sheet second = book.createSheet("Costs");
    row(second, 0, "Item", "Owner");
    row(second, 1, "Hive", "Zoë");
  }

  private static void row(Sheet sheet, int index, String... values) {
    Row row = sheet.createRow(index);
    for (int i = 0; i < values.length; i++) {
      row.createCell(i).setCellValue(values[i]);
    }
  }

  static byte[] pptx() {
    return bytes(
        out -> {
          try (XMLSlideShow show = new XMLSlideShow()) {
            for (String text : List.of(FRENCH, ENGLISH)) {
              XSLFSlide slide = show.createSlide();
              slide.createTextBox().setText(text);
            }
            show.write(out);
          }
        });
  }

  static byte[] ppt() {
    return bytes(
        out -> {
          try (HSLFSlideShow show = new HSLFSlideShow()) {
            for (String text : List.of(FRENCH, ENGLISH)) {
              show.createSlide().createTextBox().setText(text);
            }
            show.write(out);
          }
        });
  }

  static byte[] odf(String kind, String body) {
    String type = "application/vnd.oasis.opendocument." + kind;
    return bytes(
        out -> {
          try (ZipOutputStream zip = new ZipOutputStream(out)) {
            ZipEntry mimetype = new ZipEntry("mimetype");
            mimetype.setMethod(ZipEntry.STORED);
            byte[] name = utf8(type);
            CRC32 sum = new CRC32();
            sum.update(name);
            mimetype.setSize(name.length);
            mimetype.setCrc(sum.getValue());
            zip.putNextEntry(mimetype);
            zip.write(name);
            zip.closeEntry();
            zip.putNextEntry(new ZipEntry("content.xml"));
            zip.write(
                utf8(
                    """
                    <?xml version="1.0" encoding="UTF-8"?>
                    <office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"><office:body>%s</office:body></office:document-content>"""
                        .formatted(body)));
            zip.closeEntry();
          }
        });
  }

  static byte[] odt() {
    return odf(
        "text",
        "<office:text><text:h text:outline-level=\"1\">"
            + TITLE
            + "</text:h><text:p>"
            + FRENCH
            + "</text:p><text:list><text:list-item><text:p>un</text:p></text:list-item><text:list-item><text:p>deux</text:p></text:list-item></text:list><text:p>"
            + ENGLISH
            + "</text:p></office:text>");
  }

  static byte[] ods() {
    return odf(
        "spreadsheet",
        "<office:spreadsheet>"
            + table("Récoltes", "Produit", "Région", "Miel d'été", "Franche-Comté")
            + table("Costs", "Item", "Owner", "Hive", "Zoë")
            + "</office:spreadsheet>");
  }

  private static String table(String name, String... cells) {
    StringBuilder xml = new StringBuilder("<table:table table:name=\"" + name + "\">");
    for (int i = 0; i < cells.length; i += 2) {
      xml.append("<table:table-row>");
      for (int j = i; j < i + 2; j++) {
        xml.append("<table:table-cell><text:p>" + cells[j] + "</text:p></table:table-cell>");
      }
      xml.append("</table:table-row>");
    }
    return xml + "</table:table>";
  }

  static byte[] odp() {
    StringBuilder pages = new StringBuilder();
    for (String text : List.of(FRENCH, ENGLISH)) {
      pages.append(
          "<draw:page draw:name=\"p\"><draw:frame><draw:text-box><text:p>"
              + text
              + "</text:p></draw:text-box></draw:frame></draw:page>");
    }
    return odf("presentation", "<office:presentation>" + pages + "</office:presentation>");
  }

  static byte[] rtf() {
    return "{\\rtf1\\ansi\\ansicpg1252\\deff0{\\fonttbl{\\f0 Arial;}}\\f0 L'\\'e9t\\'e9 \\'e0 Besan\\'e7on\\par The mill is open.\\par}"
        .getBytes(StandardCharsets.US_ASCII);
  }

  static byte[] html() {
    return utf8(
        """
        <!DOCTYPE html><html><head><title>%s</title><script>var hidden = "no";</script></head>
        <body><h1>%s</h1><p>%s</p><ul><li>un</li><li>deux</li></ul>
        <table><tr><th>Année</th><th>Miel</th></tr><tr><td>2024</td><td>12 kg</td></tr></table>
        <h2>English</h2><p>The <b>café</b> at the<br>old mill.</p></body></html>"""
            .formatted(TITLE, TITLE, FRENCH));
  }

  static byte[] mail() {
    return utf8(
        """
        From: =?UTF-8?Q?Zo=C3=AB_Martin?= <zoe@example.org>
        To: Paul <paul@example.org>
        Subject: =?UTF-8?Q?L'=C3=A9t=C3=A9_=C3=A0_Besan=C3=A7on?=
        Date: Mon, 03 Jun 2024 10:15:00 +0200
        MIME-Version: 1.0
        Content-Type: multipart/mixed; boundary="b"

        --b
        Content-Type: multipart/alternative; boundary="a"

        --a
        Content-Type: text/plain; charset=UTF-8
        Content-Transfer-Encoding: quoted-printable

        Les h=C3=AAtres sont arros=C3=A9s.
        --a
        Content-Type: text/html; charset=UTF-8
        Content-Transfer-Encoding: quoted-printable

        <p>Les h=C3=AAtres sont <b>arros=C3=A9s</b>.</p>
        --a--
        --b
        Content-Type: text/csv; name="miel.csv"
        Content-Disposition: attachment; filename="miel.csv"

        Produit,Prix
        Miel,12
        --b
        Content-Type: image/png; name="photo.png"
        Content-Disposition: attachment; filename="photo.png"
        Content-Transfer-Encoding: base64

        iVBORw0KGgo=
        --b--
        """
            .replace("\n", "\r\n"));
  }

  /** A mail with files attached, of types that only their bytes tell. */
  static byte[] mailWith(Map<String, byte[]> files) {
    StringBuilder mail =
        new StringBuilder(
            """
            From: zoe@example.org
            Subject: files
            MIME-Version: 1.0
            Content-Type: multipart/mixed; boundary="b"

            --b
            Content-Type: text/plain

            See below.
            """);
    files.forEach(
        (name, bytes) ->
            mail.append("--b\nContent-Type: application/octet-stream\n")
                .append("Content-Disposition: attachment; filename=\"")
                .append(name)
                .append("\"\nContent-Transfer-Encoding: base64\n\n")
                .append(Base64.getMimeEncoder(76, utf8("\n")).encodeToString(bytes))
                .append('\n'));
    return utf8((mail + "--b--\n").replace("\n", "\r\n"));
  }
}
