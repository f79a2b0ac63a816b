package io.ruche.aiproxy;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Who may depend on whom inside ai-proxy. */
@AnalyzeClasses(packages = "io.ruche", importOptions = DoNotIncludeTests.class)
final class ArchitectureTest {

  @ArchTest
  static final ArchRule packagesHaveNoCycles =
      slices().matching("io.ruche.aiproxy.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule theProviderKnowsNoEdge =
      noClasses()
          .that()
          .resideInAPackage("..aiproxy.upstream")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.ruche.aiproxy", "..aiproxy.http", "..aiproxy.events", "io.ruche.bus..");

  @ArchTest
  static final ArchRule routingIsPlainJava =
      noClasses()
          .that()
          .resideInAPackage("..aiproxy.routing..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.vertx..",
              "com.fasterxml..",
              "io.ruche.aiproxy",
              "..aiproxy.upstream",
              "..aiproxy.http",
              "..aiproxy.events",
              "io.ruche.bus..",
              "io.ruche.http..");

  @ArchTest
  static final ArchRule theEdgesDoNotKnowEachOther =
      noClasses()
          .that()
          .resideInAPackage("..aiproxy.http")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.ruche.aiproxy", "..aiproxy.events", "io.ruche.bus..");

  @ArchTest
  static final ArchRule routingContextStopsAtHttp =
      noClasses()
          .that()
          .resideInAnyPackage("io.ruche.aiproxy", "..aiproxy.upstream", "..aiproxy.events")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.vertx.ext.web..");

  @ArchTest
  static final ArchRule mqttAndRedisStayBehindTheBus =
      noClasses()
          .that()
          .resideInAPackage("io.ruche.aiproxy..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("com.hivemq..", "io.vertx.redis..", "io.vertx.mqtt..");

  @ArchTest
  static final ArchRule noOtherService =
      noClasses()
          .that()
          .resideInAPackage("io.ruche.aiproxy..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.ruche.standalone..");
}
