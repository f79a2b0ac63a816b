package io.ruche.embedservice.parse.read;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.apache.tika.detect.CompositeDetector;
import org.apache.tika.detect.Detector;
import org.apache.tika.detect.microsoft.POIFSContainerDetector;
import org.apache.tika.detect.zip.DefaultZipContainerDetector;
import org.apache.tika.io.TikaInputStream;
import org.apache.tika.metadata.HttpHeaders;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.metadata.TikaCoreProperties;
import org.apache.tika.mime.MediaType;
import org.apache.tika.mime.MediaTypeRegistry;
import org.apache.tika.mime.MimeTypes;

/** What a file is, by its bytes first; its name and its declared type only refine that. */
final class Detection {

  private static final MimeTypes TYPES = MimeTypes.getDefaultMimeTypes();
  private static final MediaTypeRegistry REGISTRY = TYPES.getMediaTypeRegistry();
  private static final Detector DETECTOR =
      new CompositeDetector(
          REGISTRY,
          List.of(new POIFSContainerDetector(), new DefaultZipContainerDetector(), TYPES));

  private Detection() {}

  /** The type of a file; {@code application/octet-stream} for one that is not known. */
  static MediaType of(Path file, String declared, String name) throws IOException {
    Metadata metadata = new Metadata();
    if (!name.isEmpty()) {
      metadata.set(TikaCoreProperties.RESOURCE_NAME_KEY, plain(name));
    }
    MediaType hint = declared(declared);
    if (!MediaType.OCTET_STREAM.equals(hint)) {
      metadata.set(HttpHeaders.CONTENT_TYPE, hint.toString());
    }
    try (TikaInputStream in = TikaInputStream.get(file)) {
      MediaType found = DETECTOR.detect(in, metadata);
      // Markdown may begin with HTML, and plain text is what all three look like.
      Format wanted = Format.of(hint);
      boolean plain = "text/plain".equals(found.getBaseType().toString());
      boolean rows = plain && (wanted == Format.CSV || wanted == Format.TSV);
      boolean markdown = wanted == Format.MARKDOWN && (plain || Format.of(found) == Format.HTML);
      return rows || markdown ? hint : found;
    }
  }

  /** The declared type; {@code application/octet-stream} when there is none. */
  static MediaType declared(String declared) {
    MediaType parsed =
        declared.isBlank() ? null : MediaType.parse(declared.toLowerCase(Locale.ROOT));
    return parsed == null ? MediaType.OCTET_STREAM : REGISTRY.normalize(parsed.getBaseType());
  }

  /** Whether a file that was declared so can be of the type found. */
  static boolean agree(MediaType declared, MediaType found) {
    MediaType base = found.getBaseType();
    return MediaType.OCTET_STREAM.equals(declared)
        || declared.equals(base)
        || Format.of(declared) == Format.of(base)
        || REGISTRY.isSpecializationOf(base, declared)
        || REGISTRY.isSpecializationOf(declared, base);
  }

  /** Only the last part of a name, without what is no letter of a name. */
  private static String plain(String name) {
    String last = name.substring(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
    StringBuilder kept = new StringBuilder();
    last.codePoints()
        .filter(point -> !Character.isISOControl(point))
        .limit(255)
        .forEach(kept::appendCodePoint);
    return kept.toString();
  }
}
