package io.ruche.embedservice.testing;

import java.io.IOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Skips a test where Tesseract is not installed with its English and French; fails it instead under
 * {@code RUCHE_TEST_NO_SKIP=1}.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsTesseract.Installed.class)
public @interface NeedsTesseract {

  /** Looks for the program. */
  final class Installed implements ExecutionCondition {

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      List<String> languages = languages();
      if (languages.containsAll(List.of("eng", "fra"))) {
        return ConditionEvaluationResult.enabled("Tesseract is there");
      }
      String missing = "no tesseract with eng and fra is installed; it has " + languages;
      if ("1".equals(System.getenv("RUCHE_TEST_NO_SKIP"))) {
        throw new IllegalStateException(missing + ", and RUCHE_TEST_NO_SKIP=1 forbids to skip");
      }
      return ConditionEvaluationResult.disabled(missing);
    }

    private static List<String> languages() {
      try {
        Process process =
            new ProcessBuilder("tesseract", "--list-langs").redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return said.lines().map(String::strip).toList();
      } catch (IOException absent) {
        return List.of();
      }
    }
  }
}
