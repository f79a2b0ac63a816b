package io.ruche.embedservice;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Who may depend on whom inside embed-service. */
@AnalyzeClasses(packages = "io.ruche", importOptions = DoNotIncludeTests.class)
final class ArchitectureTest {

  @ArchTest
  static final ArchRule packagesHaveNoCycles =
      slices().matching("io.ruche.embedservice.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule theDomainIsPlainJava =
      noClasses()
          .that()
          .resideInAnyPackage(
              "..embedservice.vector..",
              "..embedservice.document..",
              "..embedservice.index.filter..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.vertx..",
              "com.fasterxml..",
              "io.ruche.bus..",
              "io.ruche.http..",
              "io.ruche.store..");

  @ArchTest
  static final ArchRule noOtherService =
      noClasses()
          .that()
          .resideInAPackage("io.ruche.embedservice..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.ruche.standalone..", "io.ruche.aiproxy..");
}
