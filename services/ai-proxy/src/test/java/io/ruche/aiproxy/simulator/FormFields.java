package io.ruche.aiproxy.simulator;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The short fields of a form, by their names; a file has its name for its value. */
final class FormFields {

  private static final Pattern FIELD =
      Pattern.compile(
          "form-data; name=\"([a-z_\\[\\]]+)\"(?:; filename=\"([^\"]*)\")?[^\r]*\r\n"
              + "(?:[^\r]+\r\n)*\r\n([^\r]{0,500})");

  private FormFields() {}

  static JsonObject read(Buffer form) {
    JsonObject fields = new JsonObject();
    Matcher field = FIELD.matcher(form.toString(StandardCharsets.ISO_8859_1));
    while (field.find()) {
      String name = field.group(1);
      // The rules for chat must not take it for an object.
      String key = name.equals("response_format") ? "response_format_of_sound" : name;
      fields.put(key, field.group(2) == null ? field.group(3) : field.group(2));
    }
    return fields;
  }
}
