package io.ruche.embedservice.parse;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.encryption.AccessPermission;
import org.apache.pdfbox.pdmodel.encryption.StandardProtectionPolicy;
import org.apache.poi.poifs.crypt.EncryptionInfo;
import org.apache.poi.poifs.crypt.EncryptionMode;
import org.apache.poi.poifs.crypt.Encryptor;
import org.apache.poi.poifs.filesystem.POIFSFileSystem;

/** Files that are made to harm, generated here. */
final class Bombs {

  private static final int BLOCK = 1 << 16;

  private Bombs() {}

  /** A DOCX with a part that unpacks to so many mebibytes of blanks. */
  static byte[] flatZip(int mebibytes) {
    return Fixtures.bytes(
        out -> {
          try (ZipOutputStream zip = new ZipOutputStream(out)) {
            for (Map.Entry<String, String> part : Fixtures.docxParts("<w:p/>").entrySet()) {
              put(zip, part.getKey(), Fixtures.utf8(part.getValue()), 1);
            }
            byte[] blanks = new byte[BLOCK];
            Arrays.fill(blanks, (byte) ' ');
            put(zip, "word/media/blank.xml", blanks, mebibytes * 16);
          }
        });
  }

  /** A DOCX whose own text unpacks to so many mebibytes. */
  static byte[] textZip(int mebibytes) {
    return Fixtures.bytes(
        out -> {
          try (ZipOutputStream zip = new ZipOutputStream(out)) {
            String marked = Fixtures.docxParts("@").get("word/document.xml");
            for (Map.Entry<String, String> part : Fixtures.docxParts("@").entrySet()) {
              if (!part.getKey().equals("word/document.xml")) {
                put(zip, part.getKey(), Fixtures.utf8(part.getValue()), 1);
              }
            }
            zip.putNextEntry(new ZipEntry("word/document.xml"));
            zip.write(Fixtures.utf8(marked.substring(0, marked.indexOf('@'))));
            byte[] paragraph = Fixtures.utf8("<w:p><w:r><w:t>miel miel miel</w:t></w:r></w:p>");
            for (long written = 0; written < (long) mebibytes << 20; written += paragraph.length) {
              zip.write(paragraph);
            }
            zip.write(Fixtures.utf8(marked.substring(marked.indexOf('@') + 1)));
            zip.closeEntry();
          }
        });
  }

  /** A DOCX in a DOCX, so many times, the innermost a bomb. */
  static byte[] nestedZip(int depth) {
    byte[] inner = flatZip(200);
    for (int i = 0; i < depth; i++) {
      byte[] part = inner;
      inner =
          Fixtures.bytes(
              out -> {
                try (ZipOutputStream zip = new ZipOutputStream(out)) {
                  Map<String, String> parts =
                      new HashMap<>(Fixtures.docxParts("<w:p><w:r><w:t>outer</w:t></w:r></w:p>"));
                  parts.put(
                      "word/_rels/document.xml.rels",
                      """
                      <?xml version="1.0" encoding="UTF-8"?>
                      <Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
                      <Relationship Id="rId9" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/package" Target="embeddings/inner.docx"/>
                      </Relationships>""");
                  parts.put(
                      "[Content_Types].xml",
                      parts
                          .get("[Content_Types].xml")
                          .replace(
                              "</Types>",
                              "<Default Extension=\"docx\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.document\"/></Types>"));
                  for (Map.Entry<String, String> each : parts.entrySet()) {
                    put(zip, each.getKey(), Fixtures.utf8(each.getValue()), 1);
                  }
                  put(zip, "word/embeddings/inner.docx", part, 1);
                }
              });
    }
    return inner;
  }

  private static void put(ZipOutputStream zip, String name, byte[] bytes, int times)
      throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    for (int i = 0; i < times; i++) {
      zip.write(bytes);
    }
    zip.closeEntry();
  }

  /** A packed file whose directory names one stretch of packed bytes many times. */
  static byte[] overlapping(int entries) {
    byte[] one = flatZip(8);
    int directory = lastIndexOf(one, new byte[] {'P', 'K', 5, 6});
    int offset = little(one, directory + 16);
    int size = little(one, directory + 12);
    byte[] headers = Arrays.copyOfRange(one, offset, offset + size);
    return Fixtures.bytes(
        out -> {
          out.write(one, 0, offset);
          int count = 0;
          int length = 0;
          int each = little(one, directory + 8) & 0xFFFF;
          while (count + each <= entries) {
            out.write(headers);
            count += each;
            length += headers.length;
          }
          byte[] end = Arrays.copyOfRange(one, directory, directory + 22);
          end[8] = end[10] = (byte) count;
          end[9] = end[11] = (byte) (count >> 8);
          for (int i = 0; i < 4; i++) {
            end[12 + i] = (byte) (length >> (8 * i));
          }
          out.write(end);
        });
  }

  private static int little(byte[] bytes, int at) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(at);
  }

  private static int lastIndexOf(byte[] bytes, byte[] mark) {
    for (int i = bytes.length - mark.length; i >= 0; i--) {
      if (Arrays.equals(Arrays.copyOfRange(bytes, i, i + mark.length), mark)) {
        return i;
      }
    }
    throw new IllegalArgumentException("no such mark");
  }

  /** XML of a billion laughs, as the text of a DOCX or ODT. */
  static String laughs(String root, String namespaces) {
    StringBuilder xml =
        new StringBuilder("<?xml version=\"1.0\"?><!DOCTYPE r [<!ENTITY l0 \"ha\">");
    for (int i = 1; i < 12; i++) {
      xml.append("<!ENTITY l").append(i).append(" \"").append(("&l" + (i - 1) + ";").repeat(10));
      xml.append("\">");
    }
    return xml + "]><" + root + " " + namespaces + ">&l11;</" + root + ">";
  }

  /** XML that names a file and an address of the outside. */
  static String external(String address) {
    return "<?xml version=\"1.0\"?><!DOCTYPE r SYSTEM \""
        + address
        + "/a.dtd\" [<!ENTITY x SYSTEM \""
        + address
        + "/x\"><!ENTITY p SYSTEM \"file:///etc/hostname\">]><w:document"
        + " xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body><w:p><w:r><w:t>a&x;&p;</w:t></w:r></w:p></w:body></w:document>";
  }

  static byte[] docxOf(String document) {
    Map<String, String> parts = new HashMap<>(Fixtures.docxParts(""));
    parts.put("word/document.xml", document);
    return Fixtures.zip(parts);
  }

  /** So many pages, without one that shares anything but its text. */
  static byte[] manyPages(int count) {
    return Fixtures.bytes(
        out -> {
          try (PDDocument document = new PDDocument()) {
            PDDocument loaded =
                Loader.loadPDF(Fixtures.pdf(List.of(List.of("Titre", Fixtures.FRENCH))));
            try (loaded) {
              PDPage page = loaded.getPage(0);
              for (int i = 0; i < count; i++) {
                PDPage copy = new PDPage();
                copy.setResources(page.getResources());
                copy.getCOSObject()
                    .setItem(COSName.CONTENTS, page.getCOSObject().getItem(COSName.CONTENTS));
                document.addPage(copy);
              }
              document.save(out);
            }
          }
        });
  }

  /** A tree of pages that is its own branch. */
  static byte[] cyclicPdf() {
    return rawPdf(
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Count 2 /Kids [ 3 0 R 2 0 R ] >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] >>");
  }

  /** A page that is one picture of the given width and height, by its word. */
  static byte[] hugeImage(int side) {
    return rawPdf(
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Count 1 /Kids [ 3 0 R ] >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R"
            + " /Resources << /XObject << /I 5 0 R >> >> >>",
        "<< /Length 22 >>\nstream\n600 0 0 800 0 0 cm /I Do\nendstream",
        "<< /Type /XObject /Subtype /Image /Width "
            + side
            + " /Height "
            + side
            + " /ColorSpace /DeviceRGB /BitsPerComponent 8 /Length 3 >>\nstream\nabc\nendstream");
  }

  private static byte[] rawPdf(String... objects) {
    StringBuilder pdf = new StringBuilder("%PDF-1.4\n");
    StringBuilder table = new StringBuilder("0000000000 65535 f \n");
    for (int i = 0; i < objects.length; i++) {
      table.append("%010d 00000 n %n".formatted(pdf.length()).replace("\r", ""));
      pdf.append(i + 1).append(" 0 obj\n").append(objects[i]).append("\nendobj\n");
    }
    int start = pdf.length();
    pdf.append("xref\n0 ").append(objects.length + 1).append('\n').append(table);
    pdf.append("trailer\n<< /Size ").append(objects.length + 1).append(" /Root 1 0 R >>\n");
    pdf.append("startxref\n").append(start).append("\n%%EOF\n");
    return pdf.toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  static byte[] brokenReferences(byte[] pdf) {
    String text = new String(pdf, StandardCharsets.ISO_8859_1);
    return text.replaceAll("startxref\\s+[0-9]+", "startxref\n99999999")
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  static byte[] encryptedPdf(String userPassword) {
    return Fixtures.bytes(
        out -> {
          try (PDDocument document =
              Loader.loadPDF(Fixtures.pdf(List.of(List.of("Titre", Fixtures.FRENCH))))) {
            document.protect(
                new StandardProtectionPolicy("owner", userPassword, new AccessPermission()));
            document.save(out);
          }
        });
  }

  static byte[] encryptedDocx() {
    return Fixtures.bytes(
        out -> {
          try (POIFSFileSystem system = new POIFSFileSystem()) {
            Encryptor encryptor = new EncryptionInfo(EncryptionMode.standard).getEncryptor();
            encryptor.confirmPassword("secret");
            try (OutputStream stream = encryptor.getDataStream(system)) {
              new ByteArrayInputStream(Fixtures.goodDocx()).transferTo(stream);
            } catch (GeneralSecurityException e) {
              throw new IOException(e);
            }
            system.writeFilesystem(out);
          }
        });
  }

  /** HTML of so many open blocks and so many mebibytes of words. */
  static byte[] deepHtml(int depth, int mebibytes) {
    byte[] words = Fixtures.utf8("<p>" + "miel ".repeat(200) + "</p>");
    return Fixtures.bytes(
        out -> {
          out.write(Fixtures.utf8("<html><body>" + "<div>".repeat(depth)));
          for (long written = 0; written < (long) mebibytes << 20; written += words.length) {
            out.write(words);
          }
        });
  }

  static byte[] rtfGroups(int depth) {
    return Fixtures.utf8("{\\rtf1\\ansi " + "{\\b ".repeat(depth) + "x" + "}".repeat(depth) + "}");
  }

  /** Mails, each attached to the one before. */
  static byte[] nestedMail(int depth) {
    StringBuilder mail = new StringBuilder();
    for (int i = 0; i < depth; i++) {
      mail.append("From: a@example.org\r\nSubject: level ").append(i);
      mail.append("\r\nMIME-Version: 1.0\r\nContent-Type: message/rfc822\r\n\r\n");
    }
    mail.append("From: a@example.org\r\nSubject: end\r\n\r\nend\r\n");
    return Fixtures.utf8(mail.toString());
  }

  static byte[] nestedParts(int depth) {
    StringBuilder mail = new StringBuilder("From: a@example.org\r\nMIME-Version: 1.0\r\n");
    for (int i = 0; i < depth; i++) {
      mail.append("Content-Type: multipart/mixed; boundary=b").append(i);
      mail.append("\r\n\r\n--b").append(i).append("\r\n");
    }
    return Fixtures.utf8(mail + "Content-Type: text/plain\r\n\r\nend\r\n");
  }
}
