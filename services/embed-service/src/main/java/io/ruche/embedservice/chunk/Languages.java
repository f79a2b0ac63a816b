package io.ruche.embedservice.chunk;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Tells French and English texts by their most frequent words. Those of neighbours are counted too,
 * so that Spanish is not taken for French.
 */
public final class Languages {

  private static final int MOST_WORDS = 6_000;
  private static final int STRETCH = 20_000;

  /** Below it a text of any length is too little of a language. */
  private static final double LEAST_SHARE = 0.12;

  private static final double LEAD = 1.3;

  private static final Map<String, Set<String>> WORDS =
      Map.of(
          "fr",
          words(
              "le la les un une des du de et est sont dans pour que qui ne pas sur au aux avec ce"
                  + " cette ces il elle ils nous vous je on se sa son ses leur plus par mais ou où"
                  + " à être été avoir fait comme tout très ont était donc sans entre chez d l qu n"
                  + " s c j m lui y si même aussi dont"),
          "en",
          words(
              "the of and to in is are was were for that this with on as at by from it its be been"
                  + " has have had not or an he she they we you i his her their but which will would"
                  + " can could there when what who if all more about into than then them so do does"
                  + " did our your my up out"),
          "es",
          words(
              "el los las una unas y es son para que en con por del al no se su sus como más pero"
                  + " lo este esta estos muy ya o fue ha han sin sobre entre cuando también hay le"
                  + " un de la"),
          "de",
          words(
              "der die das und ist sind in den von zu mit sich des auf für nicht ein eine einen dem"
                  + " im auch es an als nach wie bei aus wird oder war hat dass sie er wir ich"),
          "it",
          words(
              "il lo gli i e è sono per che non si di da con del della dei nel una un come più ma"
                  + " anche alla al ha hanno questo questa le la"),
          "pt",
          words(
              "o os as um uma e é são para que não se do da dos das em no na com por mais mas como"
                  + " ao foi seu sua ou quando muito já também de"),
          "nl",
          words(
              "de het een en van is zijn in op te dat die niet met voor er aan ook als bij maar om"
                  + " door naar uit wordt hebben heeft ik je we"));

  private Languages() {}

  /** {@code fr}, {@code en}, or empty for any other and for what is too short to tell. */
  public static String detect(String text) {
    Map<String, Integer> hits = new HashMap<>();
    int words = 0;
    int stretches = text.length() <= 3 * STRETCH ? 1 : 3;
    for (int i = 0; i < stretches; i++) {
      int from = stretches == 1 ? 0 : (int) ((long) (text.length() - STRETCH) * i / 2);
      int to = stretches == 1 ? text.length() : from + STRETCH;
      words += count(text, from, to, hits);
    }
    String best = "";
    int most = 0;
    int second = 0;
    for (Map.Entry<String, Integer> entry : hits.entrySet()) {
      if (entry.getValue() > most) {
        second = most;
        most = entry.getValue();
        best = entry.getKey();
      } else {
        second = Math.max(second, entry.getValue());
      }
    }
    boolean sure = most >= 2 && most > words * LEAST_SHARE && most > second * LEAD;
    return sure && (best.equals("fr") || best.equals("en")) ? best : "";
  }

  private static int count(String text, int from, int to, Map<String, Integer> hits) {
    int words = 0;
    int at = from;
    while (at < to && words < MOST_WORDS) {
      while (at < to && !Character.isLetter(text.charAt(at))) {
        at++;
      }
      int start = at;
      while (at < to && Character.isLetter(text.charAt(at))) {
        at++;
      }
      if (at > start) {
        words++;
      }
      if (at > start && at - start <= 6) {
        String word = text.substring(start, at).toLowerCase(Locale.ROOT);
        WORDS.forEach(
            (language, frequent) -> {
              if (frequent.contains(word)) {
                hits.merge(language, 1, Integer::sum);
              }
            });
      }
    }
    return words;
  }

  private static Set<String> words(String list) {
    return Set.copyOf(List.of(list.split(" ")));
  }
}
