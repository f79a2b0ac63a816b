package io.ruche.aiproxy.form;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.ruche.http.Failure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class FormTypeTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "multipart/form-data; boundary=----WebKitFormBoundaryx7 | ----WebKitFormBoundaryx7",
        "Multipart/Form-Data;charset=UTF-8;BOUNDARY=\"a b\" | a b",
        "multipart/form-data; boundary=----=_Part_1_2.3 | ----=_Part_1_2.3",
        "multipart/form-data; a=\"; boundary=AAA\"; boundary=BBB | BBB",
      })
  void readsTheOneBoundaryAndWritesItAnew(String type, String boundary) {
    FormType read = FormType.read(FormKind.AUDIO, type);

    assertEquals(boundary, read.boundary());
    assertEquals("multipart/form-data; boundary=\"" + boundary + "\"", read.header());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "multipart/form-data",
        "multipart/form-database; boundary=x",
        "multipart/mixed; boundary=x",
        "multipart/form-data; boundary=x; boundary=y",
        "multipart/form-data; boundary=x; Boundary=x",
        "multipart/form-data; boundary*=x",
        "multipart/form-data; boundary*0=x; boundary=y",
        "multipart/form-data; boundary=x; boundary*=y",
        "multipart/form-data; boundary=\"\"",
        "multipart/form-data; boundary=\"x\\y\"",
        "multipart/form-data; boundary=\"x ",
        "multipart/form-data; boundary=\"x \"",
        "multipart/form-data, multipart/form-data; boundary=y",
        "multipart/form-data; boundary=0123456789012345678901234567890123456789012345678901234567890123456789x",
      })
  void refusesWhatLeavesTheBoundaryOpen(String type) {
    assertEquals(
        415, assertThrows(Failure.class, () -> FormType.read(FormKind.AUDIO, type)).status());
  }

  @Test
  void refusesNoTypeAtAll() {
    assertThrows(Failure.class, () -> FormType.read(FormKind.AUDIO, null));
  }
}
