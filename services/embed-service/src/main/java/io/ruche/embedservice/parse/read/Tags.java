package io.ruche.embedservice.parse.read;

import java.util.Set;

/** What elements of HTML mean for a text. */
final class Tags {

  /** Nothing in them is for a reader. */
  static final Set<String> SILENT =
      Set.of("script", "style", "template", "noscript", "head", "object", "svg", "math", "iframe");

  /** They begin and end a paragraph. */
  static final Set<String> BLOCKS =
      Set.of(
          "p",
          "div",
          "section",
          "article",
          "blockquote",
          "main",
          "header",
          "footer",
          "nav",
          "aside",
          "figure",
          "figcaption",
          "address",
          "ul",
          "ol",
          "dl",
          "dt",
          "dd",
          "hr",
          "body",
          "form",
          "fieldset",
          "details",
          "summary",
          "caption",
          "tbody",
          "thead",
          "tfoot");

  private Tags() {}

  /** Whether the class of an element says that a page, slide or sheet begins with it. */
  static boolean isPage(String kind) {
    return kind.equals("page") || kind.equals("slide") || kind.equals("slide-content");
  }

  /** Of a heading; 0 for what is none. */
  static int level(String tag) {
    return tag.length() == 2 && tag.charAt(0) == 'h' && tag.charAt(1) >= '1' && tag.charAt(1) <= '6'
        ? tag.charAt(1) - '0'
        : 0;
  }
}
