package io.ruche.embedservice.engine.remote;

import io.ruche.embedservice.document.Tokens;

/**
 * A text as it is sent.
 *
 * @param text that is left
 * @param kept tokens that it has, about
 * @param dropped tokens that were cut from its end, about
 */
record Cut(String text, int kept, int dropped) {

  static Cut of(String text, Tokens tokens, int most) {
    int[] starts = tokens.starts(text);
    return starts.length <= most
        ? new Cut(text, starts.length, 0)
        : new Cut(text.substring(0, starts[most]), most, starts.length - most);
  }

  /** Without its last quarter. */
  Cut shorter(Tokens tokens) {
    Cut again = of(text, tokens, Math.max(1, kept * 3 / 4));
    return new Cut(again.text, again.kept, dropped + again.dropped);
  }
}
