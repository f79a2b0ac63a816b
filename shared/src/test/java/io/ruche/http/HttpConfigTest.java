package io.ruche.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.config.Default;
import io.ruche.config.Description;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class HttpConfigTest {

  @Test
  void defaultsAreThoseOfTheDocumentation() throws Exception {
    for (RecordComponent component : HttpConfig.class.getRecordComponents()) {
      Object value = component.getAccessor().invoke(HttpConfig.DEFAULT);
      String text =
          value instanceof Duration duration
              ? duration.toSeconds() + "s"
              : String.valueOf(value).toLowerCase(Locale.ROOT);

      assertEquals(component.getAnnotation(Default.class).value(), text, component.getName());
      assertTrue(component.isAnnotationPresent(Description.class), component.getName());
    }
  }

  @Test
  void refusesBoundsThatWouldRefuseEverything() {
    assertThrows(IllegalArgumentException.class, () -> HttpConfig.DEFAULT.at(" "));
    assertThrows(IllegalArgumentException.class, () -> new HttpApi.Port(65_536, "port"));
  }
}
