package io.ruche.aiproxy.guard.redact;

/**
 * A text that a stream gives in pieces.
 *
 * @param choice its choice's index
 * @param call the index of the tool call whose arguments it is; {@link #NO_CALL} for other texts
 * @param field its name within the delta, or within the call's function
 */
record Slot(int choice, int call, String field) {

  static final int NO_CALL = -1;
}
