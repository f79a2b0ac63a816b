package io.ruche.aiproxy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.ruche.http.openapi.OpenApi;
import java.util.List;
import org.junit.jupiter.api.Test;

class ContractTest {

  @Test
  void loadsTheContractThatIsServed() {
    OpenApi contract = OpenApi.load("openapi/ai-proxy.yaml");
    assertEquals(
        List.of(
            "/openapi.yaml",
            "/v1/chat/completions",
            "/v1/commands/{command}",
            "/v1/models",
            "/v1/models/{model}"),
        contract.operations().stream().map(one -> one.template()).distinct().sorted().toList());
  }
}
