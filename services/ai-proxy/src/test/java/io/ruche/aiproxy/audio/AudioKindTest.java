package io.ruche.aiproxy.audio;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AudioKindTest {

  @ParameterizedTest
  @CsvSource({
    "'RIFF....WAVEfmt ....\1\0..', PCM",
    "'RIFF....WAVEfmt ....\u00fe\u00ff..', PCM",
    "'RIFF....WAVEfmt ....U\0..', OPUS",
    "'RIFF....WAVEJUNK........', OPUS",
    "fLaC, FLAC",
    "'ID3......', MP3",
    "'\u00ff\u00fb....', MP3",
    "'....ftypM4A ', MP3",
    "'OggS....', OPUS",
    "'\u001aE\u00df\u00a3', OPUS",
    "'#!AMR', OPUS",
    "'', OPUS"
  })
  void tellsAFileByItsBytes(String head, AudioKind kind) {
    assertEquals(kind, AudioKind.of(head.getBytes(StandardCharsets.ISO_8859_1)));
  }
}
