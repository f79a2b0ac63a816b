package io.ruche.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Left out where no Mosquitto is installed, unless {@code RUCHE_TEST_NO_SKIP=1} demands it: then
 * its absence is a failure.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsMosquitto.Installed.class)
public @interface NeedsMosquitto {

  /** Decides by looking for the program. */
  final class Installed implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      if (MosquittoProcess.isInstalled()) {
        return ConditionEvaluationResult.enabled("mosquitto is installed");
      }
      if ("1".equals(System.getenv("RUCHE_TEST_NO_SKIP"))) {
        throw new IllegalStateException(
            "mosquitto is not on the PATH and RUCHE_TEST_NO_SKIP=1 forbids to leave its tests out;"
                + " install it, on Debian with: apt-get install mosquitto");
      }
      return ConditionEvaluationResult.disabled("mosquitto is not on the PATH");
    }
  }
}
