package io.ruche.aiproxy.sdk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.http.HttpResponse;
import com.openai.errors.NotFoundException;
import com.openai.errors.PermissionDeniedException;
import com.openai.models.batches.Batch;
import com.openai.models.batches.BatchCreateParams;
import com.openai.models.files.FileCreateParams;
import com.openai.models.files.FileObject;
import com.openai.models.files.FilePurpose;
import io.ruche.aiproxy.TestKeys;
import io.ruche.aiproxy.http.ObjectScene;
import io.ruche.auth.limits.Access;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** OpenAI's own library for Java, with files and batches. */
final class OpenAiFilesIT {

  @TempDir private Path folder;
  private ObjectScene scene;
  private OpenAIClient anna;
  private OpenAIClient eve;

  @BeforeEach
  void open() throws Exception {
    scene = new ObjectScene(folder, "");
    anna = client("koff.anna");
    eve = client("other.eve");
  }

  @AfterEach
  void close() throws Exception {
    anna.close();
    eve.close();
    scene.close();
  }

  private OpenAIClient client(String key) {
    return OpenAIOkHttpClient.builder()
        .baseUrl(scene.uri("/v1").toString())
        .apiKey(key)
        .maxRetries(0)
        .build();
  }

  private static FileObject upload(OpenAIClient by) {
    return by.files()
        .create(
            FileCreateParams.builder()
                .purpose(FilePurpose.BATCH)
                .file("{}\n".getBytes(StandardCharsets.UTF_8))
                .build());
  }

  private static Batch batch(OpenAIClient by, String file) {
    return by.batches()
        .create(
            BatchCreateParams.builder()
                .inputFileId(file)
                .endpoint(BatchCreateParams.Endpoint.V1_CHAT_COMPLETIONS)
                .completionWindow(BatchCreateParams.CompletionWindow._24H)
                .build());
  }

  @Test
  void runsABatch() throws Exception {
    FileObject file = upload(anna);
    Batch made = batch(anna, file.id());
    scene.provider().completeBatch(made.id(), "{\"answer\":42}\n");

    Batch done = anna.batches().retrieve(made.id());

    assertEquals(Batch.Status.COMPLETED, done.status());
    try (HttpResponse content = anna.files().content(done.outputFileId().orElseThrow())) {
      assertEquals(
          "{\"answer\":42}\n", new String(content.body().readAllBytes(), StandardCharsets.UTF_8));
    }
    assertThrows(NotFoundException.class, () -> eve.batches().retrieve(made.id()));
    assertThrows(NotFoundException.class, () -> batch(eve, file.id()));
    assertTrue(anna.files().delete(file.id()).deleted());
  }

  @Test
  void readsAListToItsEnd() {
    List<String> newestFirst = new ArrayList<>();
    for (int i = 0; i < 23; i++) {
      newestFirst.add(0, upload(anna).id());
    }
    upload(eve);

    List<String> listed = anna.files().list().autoPager().stream().map(FileObject::id).toList();

    assertEquals(newestFirst, listed);
  }

  @Test
  void tellsAKeyThatItMayNot() {
    scene.know(
        TestKeys.reaching("koff", "few", new Access(List.of("openai/*"), List.of(), null, null)));
    OpenAIClient few = client("koff.few");

    PermissionDeniedException refusal =
        assertThrows(PermissionDeniedException.class, () -> upload(few));

    assertEquals("batch_not_allowed", refusal.code().orElseThrow());
    few.close();
  }
}
