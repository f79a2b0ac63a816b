package io.ruche.embedservice.whole;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.embedservice.testing.ApiClient;
import io.ruche.embedservice.testing.NeedsTesseract;
import io.ruche.embedservice.testing.ServiceProcess;
import io.vertx.core.json.JsonObject;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.font.PDType1Font;
import org.apache.pdfbox.pdmodel.font.Standard14Fonts.FontName;
import org.apache.pdfbox.pdmodel.graphics.image.LosslessFactory;
import org.apache.pdfbox.rendering.ImageType;
import org.apache.pdfbox.rendering.PDFRenderer;
import org.junit.jupiter.api.Test;

/** A page that is only a picture is found by the words on it, with the real recognizer. */
@NeedsTesseract
final class ScannedPageIT {

  private static final int DPI = 150;
  private static final double ASKEW = Math.toRadians(0.4);
  private static final int SPECKS = 2_000;

  @Test
  void isFoundByItsWords() throws Exception {
    byte[] french =
        scanned(
            "Règlement du rucher communal",
            "Les hausses sont posées au début du mois d'avril,",
            "dès que les cerisiers sont en fleur.",
            "Le préavis de départ est de trois mois.");
    byte[] english =
        scanned(
            "Rules of the apiary",
            "The extractor is rinsed with cold water",
            "after every harvest, and never with soap.");
    try (ServiceProcess service = new ServiceProcess("")) {
      service.launch();
      ApiClient client = service.client(service.newKey());

      recognized(client.index("scans", "fr.pdf", "application/pdf", french));
      recognized(client.index("scans", "en.pdf", "application/pdf", english));

      assertEquals("fr.pdf", found(client, "cerisiers en fleur", "bm25"));
      assertEquals("fr.pdf", found(client, "préavis de départ", "bm25"));
      assertEquals("en.pdf", found(client, "extractor soap", "bm25"));
      assertEquals("en.pdf", found(client, "how is the extractor cleaned?", "hybrid"));
    }
  }

  private static void recognized(JsonObject job) {
    assertEquals("done", job.getString("state"), job.encode());
    String notes = job.getJsonObject("result").getJsonArray("notes").encode();
    assertTrue(notes.contains("page 1 was recognized"), notes);
  }

  private static String found(ApiClient client, String query, String mode) throws Exception {
    JsonObject asked = new JsonObject().put("query", query).put("mode", mode).put("top", 1);
    return client.search("scans", asked).getFirst().getString("document");
  }

  /** A page of lines as a picture, a little askew and with specks. */
  private static byte[] scanned(String... lines) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (PDDocument document = new PDDocument()) {
      PDPage page = new PDPage(PDRectangle.A4);
      document.addPage(page);
      BufferedImage picture = picture(List.of(lines));
      try (PDPageContentStream content = new PDPageContentStream(document, page)) {
        content.drawImage(
            LosslessFactory.createFromImage(document, picture),
            0,
            0,
            PDRectangle.A4.getWidth(),
            PDRectangle.A4.getHeight());
      }
      document.save(out);
    }
    return out.toByteArray();
  }

  private static BufferedImage picture(List<String> lines) throws IOException {
    BufferedImage printed;
    try (PDDocument document = new PDDocument()) {
      PDPage page = new PDPage(PDRectangle.A4);
      document.addPage(page);
      try (PDPageContentStream content = new PDPageContentStream(document, page)) {
        content.beginText();
        content.setFont(new PDType1Font(FontName.TIMES_ROMAN), 14);
        content.newLineAtOffset(70, 750);
        for (String line : lines) {
          content.showText(line);
          content.newLineAtOffset(0, -24);
        }
        content.endText();
      }
      printed = new PDFRenderer(document).renderImageWithDPI(0, DPI, ImageType.GRAY);
    }
    BufferedImage scan =
        new BufferedImage(printed.getWidth(), printed.getHeight(), BufferedImage.TYPE_BYTE_GRAY);
    Graphics2D graphics = scan.createGraphics();
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, scan.getWidth(), scan.getHeight());
    graphics.rotate(ASKEW);
    graphics.drawImage(printed, 0, 0, null);
    graphics.dispose();
    Random random = new Random(2);
    for (int i = 0; i < SPECKS; i++) {
      scan.getRaster()
          .setSample(random.nextInt(scan.getWidth()), random.nextInt(scan.getHeight()), 0, 90);
    }
    return scan;
  }
}
