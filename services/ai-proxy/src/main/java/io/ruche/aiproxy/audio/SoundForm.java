package io.ruche.aiproxy.audio;

import io.ruche.aiproxy.form.FormKind;
import io.ruche.aiproxy.form.FormType;
import io.ruche.bus.envelope.Ulid;
import io.vertx.core.buffer.Buffer;
import java.util.List;

/** A form with sound that Ruche writes itself, for commands: its beginning and its end. */
public final class SoundForm {

  /** A field of the form; several may have one name. */
  public record Field(String name, String value) {}

  private static final int LONGEST_NAME = 100;

  private final String boundary = "ruche-" + Ulid.next();
  private final List<Field> fields;
  private final String fileName;

  /**
   * A form.
   *
   * @param fields before the file, in order; one of them is the model
   * @param fileName whose end tells the provider what it is; anything unusual in it is replaced
   */
  public SoundForm(List<Field> fields, String fileName) {
    this.fields = fields;
    String usual = fileName.replaceAll("[^A-Za-z0-9._-]", "_");
    this.fileName = usual.substring(Math.max(0, usual.length() - LONGEST_NAME));
  }

  /** Its Content-Type, with the boundary. */
  public FormType type() {
    return new FormType(FormKind.AUDIO, boundary);
  }

  /** What comes before the sound. */
  public Buffer beginning() {
    Buffer bytes = Buffer.buffer();
    for (Field field : fields) {
      part(bytes, field.name()).appendString("\r\n\r\n" + field.value() + "\r\n");
    }
    return part(bytes, "file")
        .appendString("; filename=\"" + fileName + "\"\r\n")
        .appendString("Content-Type: application/octet-stream\r\n\r\n");
  }

  private Buffer part(Buffer bytes, String name) {
    return bytes.appendString(
        "--" + boundary + "\r\nContent-Disposition: form-data; name=\"" + name + "\"");
  }

  /** What comes after it. */
  public Buffer end() {
    return Buffer.buffer("\r\n--" + boundary + "--\r\n");
  }
}
