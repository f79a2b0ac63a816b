package io.ruche.standalone.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class BenchCommandTest {

  @ParameterizedTest
  @CsvSource({
    "bus --runs 0,--runs is a number from 1 to 50",
    "bus --runs many,'Invalid value for option ''--runs'''",
    "bus --backlog 7,--backlog is 0 or a number from 1000",
    "bus --broker rabbit,--broker is mosquitto or embedded",
    "bus --fast,Unknown option: '--fast'",
    "bus --data,Missing required parameter for option '--data'",
    "rabbit,No benchmark is called 'rabbit'",
    "'',Missing required parameter: 'NAME'"
  })
  void refusesWhatItDoesNotKnowAndSaysWhatWouldBeRight(String words, String says) {
    StringWriter told = new StringWriter();
    int exit =
        new CommandLine(new BenchCommand())
            .setErr(new PrintWriter(told))
            .setExecutionExceptionHandler(
                (failure, command, parsed) -> {
                  told.write(CliFailure.explain(failure));
                  return CliFailure.exitCode(failure);
                })
            .execute(words.isEmpty() ? new String[0] : words.split(" "));
    assertEquals(2, exit);
    assertTrue(told.toString().startsWith(says), told.toString());
  }
}
