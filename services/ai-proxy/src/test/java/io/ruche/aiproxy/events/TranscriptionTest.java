package io.ruche.aiproxy.events;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ruche.aiproxy.audio.SoundForm.Field;
import io.ruche.aiproxy.operation.Operation;
import io.ruche.http.Failure;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TranscriptionTest {

  @Test
  void readsSoundInThePayload() {
    Transcription read =
        read(
            "{'audio':'YmVlcw==','format':'ogg','language':'fr','temperature':0.2,"
                + "'timestamp_granularities':['word','segment']}");

    assertEquals(Operation.TRANSCRIPTION, read.operation());
    assertEquals(Buffer.buffer("bees"), read.audio());
    assertNull(read.key());
    assertEquals("audio.ogg", read.fileName());
    assertEquals(
        List.of(
            new Field("model", "whisper"),
            new Field("language", "fr"),
            new Field("temperature", "0.2"),
            new Field("response_format", "verbose_json"),
            new Field("timestamp_granularities[]", "word"),
            new Field("timestamp_granularities[]", "segment")),
        read.fields());
  }

  @Test
  void readsTheKeyOfAnObject() {
    Transcription read =
        read(
            "{'s3':'koff/calls/2026 11/a.mp3','task':'translate','model':'w','response_format':'json'}");

    assertEquals(Operation.TRANSLATION, read.operation());
    assertEquals("koff/calls/2026 11/a.mp3", read.key());
    assertEquals("a.mp3", read.fileName());
    assertEquals(
        List.of(new Field("model", "w"), new Field("response_format", "json")), read.fields());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "azoth/a.mp3",
        "koff",
        "koff/",
        "koff2/a.mp3",
        "/koff/a.mp3",
        "koff//a.mp3",
        "koff/../azoth/a.mp3",
        "koff/./a.mp3",
        "koff/a/..",
        "koff\\\\a.mp3",
        "koff/a\\n.mp3",
        "KOFF/a.mp3"
      })
  void refusesKeysThatDoNotLieBelowTheTenant(String key) {
    Failure refused = assertThrows(Failure.class, () -> read("{'s3':'" + key + "'}"));

    assertTrue(refused.detail().contains("koff/"), refused.detail());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[] | not a JSON object",
        "{} | Send one of audio",
        "{'audio':'YQ==','s3':'koff/a','format':'ogg'} | Send one of audio",
        "{'audio':'YQ=='} | format is missing",
        "{'audio':'%%%%a','format':'ogg'} | base64",
        "{'audio':7,'format':'ogg'} | audio must be a string",
        "{'s3':'koff/a','task':'sing'} | task must be",
        "{'s3':'koff/a','response_format':'srt'} | json or verbose_json",
        "{'s3':'koff/a','temperature':'hot'} | temperature must be",
        "{'s3':'koff/a','timestamp_granularities':['hour']} | word and segment",
        "{'s3':'koff/a','tenant':'azoth'} | has no tenant",
      })
  void saysWhatIsWrong(String payload, String detail) {
    Failure refused = assertThrows(Failure.class, () -> read(payload));

    assertTrue(refused.detail().contains(detail), refused.detail());
  }

  private static Transcription read(String payload) {
    return Transcription.read(Buffer.buffer(payload.replace('\'', '"')), "koff", "whisper");
  }
}
