package io.ruche.standalone;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Who may depend on whom inside standalone. */
@AnalyzeClasses(packages = "io.ruche.standalone", importOptions = DoNotIncludeTests.class)
final class ArchitectureTest {

  @ArchTest
  static final ArchRule storesKnowNoServiceAndNoCommand =
      noClasses()
          .that()
          .resideInAnyPackage("..standalone.stores", "..standalone.broker", "..standalone.machine")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.ruche.standalone",
              "..standalone.cli",
              "..standalone.bench..",
              "io.ruche.aiproxy..");

  @ArchTest
  static final ArchRule hiveMqStaysBehindTheBroker =
      noClasses()
          .that()
          .resideOutsideOfPackages("..standalone.broker", "..standalone.bench..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("com.hivemq..");

  @ArchTest
  static final ArchRule theMachineKnowsNoStore =
      noClasses()
          .that()
          .resideInAPackage("..standalone.machine")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("..standalone.stores", "..standalone.broker");

  @ArchTest
  static final ArchRule benchmarksHaveNoCycles =
      slices().matching("io.ruche.standalone.bench.(*)..").should().beFreeOfCycles();
}
