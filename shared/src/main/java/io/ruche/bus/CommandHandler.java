package io.ruche.bus;

/** Does the work of one kind of command. Runs on a virtual thread, so it may block and await. */
@FunctionalInterface
public interface CommandHandler {

  /**
   * Called again with the same id after a crash or a retry, so effects outside the bus should be
   * keyed by {@link Command#id()}.
   */
  Outcome handle(Command command) throws Exception;
}
