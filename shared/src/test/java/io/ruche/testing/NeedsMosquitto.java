package io.ruche.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Skips a test where there is no Mosquitto to run it with; fails it instead under {@code
 * RUCHE_TEST_NO_SKIP=1}.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsMosquitto.Installed.class)
public @interface NeedsMosquitto {

  /** Whether the dynamic-security plugin and {@code mosquitto_ctrl} are needed as well. */
  boolean withPlugin() default false;

  /** Looks for the programs. */
  final class Installed implements ExecutionCondition {

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      boolean withPlugin =
          AnnotationSupport.findAnnotation(context.getElement(), NeedsMosquitto.class)
              .map(NeedsMosquitto::withPlugin)
              .orElse(false);
      if (MosquittoInstallation.find()
          .filter(found -> !withPlugin || found.hasPlugin())
          .isPresent()) {
        return ConditionEvaluationResult.enabled("Mosquitto is there");
      }
      String missing =
          "no mosquitto"
              + (withPlugin ? " with mosquitto_ctrl and its dynamic-security plugin" : "")
              + " is installed";
      if ("1".equals(System.getenv("RUCHE_TEST_NO_SKIP"))) {
        throw new IllegalStateException(missing + ", and RUCHE_TEST_NO_SKIP=1 forbids to skip");
      }
      return ConditionEvaluationResult.disabled(missing);
    }
  }
}
