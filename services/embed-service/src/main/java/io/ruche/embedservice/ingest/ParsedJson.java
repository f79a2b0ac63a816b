package io.ruche.embedservice.ingest;

import io.ruche.embedservice.document.Heading;
import io.ruche.embedservice.document.Page;
import io.ruche.embedservice.document.ParsedText;
import io.ruche.embedservice.registry.DocumentRow;
import io.ruche.embedservice.registry.DocumentTable;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** Pages and headings as PostgreSQL keeps them. */
public final class ParsedJson {

  private ParsedJson() {}

  /** The same without U+0000, the one character that PostgreSQL keeps in no text. */
  static ParsedText storable(ParsedText parsed) {
    return parsed.text().indexOf('\0') < 0 && parsed.title().indexOf('\0') < 0
        ? parsed
        : new ParsedText(
            parsed.text().replace('\0', ' '),
            parsed.pages(),
            parsed.headings(),
            parsed.title().replace('\0', ' '),
            parsed.notes());
  }

  static JsonArray pages(List<Page> pages) {
    JsonArray array = new JsonArray();
    for (Page page : pages) {
      array.add(
          new JsonObject()
              .put("number", page.number())
              .put("start", page.start())
              .put("end", page.end()));
    }
    return array;
  }

  static JsonArray headings(List<Heading> headings) {
    JsonArray array = new JsonArray();
    for (Heading heading : headings) {
      array.add(
          new JsonObject()
              .put("level", heading.level())
              .put("start", heading.start())
              .put("end", heading.end()));
    }
    return array;
  }

  /** The document as it was parsed. */
  static ParsedText parsed(DocumentRow row, DocumentTable.Body body) {
    List<Heading> headings = new ArrayList<>();
    for (int i = 0; i < body.headings().size(); i++) {
      JsonObject one = body.headings().getJsonObject(i);
      headings.add(
          new Heading(one.getInteger("level"), one.getInteger("start"), one.getInteger("end")));
    }
    return new ParsedText(body.text(), pages(body.pages()), headings, row.title(), List.of());
  }

  /** The pages of a document. */
  public static List<Page> pages(JsonArray array) {
    List<Page> pages = new ArrayList<>();
    for (int i = 0; i < array.size(); i++) {
      JsonObject one = array.getJsonObject(i);
      pages.add(new Page(one.getInteger("number"), one.getInteger("start"), one.getInteger("end")));
    }
    return pages;
  }
}
