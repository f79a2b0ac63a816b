package io.ruche.aiproxy.objects;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.ruche.aiproxy.ledger.entry.UsageSource;
import io.ruche.aiproxy.usage.Usage;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class OutputLineTest {

  private static OutputLine read(String line) {
    byte[] bytes = line.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    return OutputLine.read(bytes, bytes.length);
  }

  private static OutputLine line(String model, long input, long cached, long output) {
    return new OutputLine(model, new Usage(input, cached, output, UsageSource.PROVIDER));
  }

  @Test
  void readsWhatAChatUsed() {
    assertEquals(
        line("m", 20, 8, 5),
        read(
            """
            {'id':'batch_req_1','custom_id':'1','response':{'status_code':200,'request_id':'r','body':
             {'id':'c','object':'chat.completion','choices':[{'message':{'content':'{\\'usage\\':1}'}}],
              'usage':{'queue_time':0.1,'prompt_tokens':20,'prompt_tokens_details':{'cached_tokens':8},
              'completion_tokens':5,'completion_tokens_details':{'reasoning_tokens':3},
              'total_tokens':25},'model':'m'}},'error':null}
            """));
  }

  @Test
  void readsWhatAResponseAndAnEmbeddingUsed() {
    assertEquals(
        line("m", 7, 1, 2),
        read(
            "{'response':{'body':{'model':'m','usage':{'input_tokens':7,'input_tokens_details':"
                + "{'cached_tokens':1},'output_tokens':2}}}}"));
    assertEquals(
        line("e", 8, 0, 0),
        read(
            "{'response':{'body':{'data':[{'embedding':[0.1,2]}],'model':'e','usage':{'prompt_tokens':8,"
                + "'total_tokens':8}}}}"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{",
        "{'response':null,'error':{'code':'batch_expired'}}",
        "{'response':{'status_code':400,'body':{'error':{'message':'no'}}}}",
        "{'response':{'body':'text'}}",
        "{'response':{'body':{'usage':{'prompt_tokens':3}}}}",
        "{'response':{'body':{'model':'m'}}}",
        "{'response':{'body':{'model':'m','usage':{'prompt_tokens':0}}}}",
        "{'model':'m','usage':{'prompt_tokens':3}}",
        "{'custom_id':{'response':{'body':{'model':'m','usage':{'prompt_tokens':3}}}}}"
      })
  void countsNothingWhereNothingWasUsed(String line) {
    assertNull(read(line));
  }

  @Test
  void takesNoMoreCachedTokensThanThereAre() {
    assertEquals(
        line("m", 3, 3, 1),
        read(
            "{'response':{'body':{'model':'m','usage':{'prompt_tokens':3,'completion_tokens':1,"
                + "'prompt_tokens_details':{'cached_tokens':9}}}}}"));
  }
}
