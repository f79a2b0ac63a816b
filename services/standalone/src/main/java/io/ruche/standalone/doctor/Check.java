package io.ruche.standalone.doctor;

import java.io.IOException;
import java.util.List;

/** Looks at one part, and changes nothing. */
public interface Check {

  /** The part that it looks at, as reports name it: {@code secrets}. */
  String part();

  /**
   * Looks.
   *
   * @return what is not as it should be; nothing when all is well
   * @throws IOException when it cannot look, with the reason
   */
  List<Finding> look() throws IOException;
}
