package io.ruche.store;

import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * An object as a list tells of it.
 *
 * @param etag another one when the object has changed
 * @param size in bytes
 */
public record S3Object(String key, String etag, long size) {

  /** Reads the answer to ListObjectsV2. */
  static List<S3Object> list(Buffer xml) {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_COALESCING, true);
    List<S3Object> objects = new ArrayList<>();
    try {
      XMLStreamReader reader =
          factory.createXMLStreamReader(new ByteArrayInputStream(xml.getBytes()));
      String key = "";
      String etag = "";
      long size = 0;
      boolean within = false;
      while (reader.hasNext()) {
        int event = reader.next();
        if (event == XMLStreamReader.START_ELEMENT) {
          switch (reader.getLocalName()) {
            case "Contents" -> within = true;
            case "Key" -> key = within ? reader.getElementText() : key;
            case "ETag" -> etag = within ? reader.getElementText().replace("\"", "") : etag;
            case "Size" -> size = within ? Long.parseLong(reader.getElementText().strip()) : size;
            default -> {
              // Nothing else of it is of use here.
            }
          }
        } else if (event == XMLStreamReader.END_ELEMENT
            && reader.getLocalName().equals("Contents")) {
          objects.add(new S3Object(key, etag, size));
          within = false;
        }
      }
      return objects;
    } catch (XMLStreamException | NumberFormatException broken) {
      throw new S3Exception("S3 answered with a list that cannot be read.", false);
    }
  }
}
