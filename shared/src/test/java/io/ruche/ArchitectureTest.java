package io.ruche;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_FIELD_INJECTION;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import org.jspecify.annotations.NullMarked;

/** Who may depend on whom inside the shared library, and how its types are named. */
@AnalyzeClasses(packages = "io.ruche", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {

  @ArchTest
  static final ArchRule configImportsNoSibling =
      noClasses()
          .that()
          .resideInAPackage("io.ruche.config..")
          .should()
          .dependOnClassesThat(
              resideInAPackage("io.ruche..").and(resideOutsideOfPackages("io.ruche.config..")));

  @ArchTest
  static final ArchRule lifecycleImportsNoSibling =
      noClasses()
          .that()
          .resideInAPackage("io.ruche.lifecycle..")
          .should()
          .dependOnClassesThat(
              resideInAPackage("io.ruche..").and(resideOutsideOfPackages("io.ruche.lifecycle..")));

  @ArchTest
  static final ArchRule mqttStaysBehindTheBus =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.ruche.bus..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("com.hivemq.client..");

  @ArchTest
  static final ArchRule redisStaysBehindBusAndStore =
      noClasses()
          .that()
          .resideOutsideOfPackages("io.ruche.bus..", "io.ruche.store..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.vertx.redis..");

  @ArchTest
  static final ArchRule packagesFormNoCycles =
      slices().matching("io.ruche.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule namesCarryTheMeaning =
      noClasses()
          .should()
          .haveNameMatching(".*(Utils?|Helper|Manager|Impl|[.$](Base|Abstract)[A-Z]\\w*)");

  @ArchTest
  static final ArchRule packagesAreNullMarked = classes().should(beInANullMarkedPackage());

  @ArchTest
  static final ArchRule nothingPrintsToStandardStreams = NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;

  @ArchTest static final ArchRule fieldsAreNotInjected = NO_CLASSES_SHOULD_USE_FIELD_INJECTION;

  @ArchTest static final ArchRule logsGoThroughSlf4j = NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;

  private static ArchCondition<JavaClass> beInANullMarkedPackage() {
    return new ArchCondition<>("be in a package that is @NullMarked") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        if (!type.getPackage().isAnnotatedWith(NullMarked.class)) {
          String text = type.getPackageName() + ", package of " + type.getName() + ", is not";
          events.add(SimpleConditionEvent.violated(type, text));
        }
      }
    };
  }
}
