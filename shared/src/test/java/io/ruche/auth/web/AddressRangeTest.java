package io.ruche.auth.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressRangeTest {

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, 127.0.0.1, true",
    "127.0.0.1, 127.0.0.2, false",
    "::1, 0:0:0:0:0:0:0:1, true",
    "::1, 127.0.0.1, false",
    "10.42.0.0/16, 10.42.255.255, true",
    "10.42.0.0/16, 10.43.0.0, false",
    "172.16.0.0/12, 172.31.240.2, true",
    "172.16.0.0/12, 172.32.0.0, false",
    "128.0.0.0/1, 127.255.255.255, false",
    "128.0.0.0/1, 255.0.0.1, true",
    "0.0.0.0/0, 203.0.113.9, true",
    "0.0.0.0/0, 2001:db8::1, false",
    "fd00::/8, fdff::1, true",
    "fd00::/8, fe80::1, false",
    "10.42.0.0/16, ::ffff:10.42.3.4, true",
    "10.42.0.0/16, unknown, false",
    "10.42.0.0/16, '', false",
  })
  void hasTheAddressesOfItsNetwork(String range, String address, boolean contained) {
    assertEquals(contained, AddressRange.parse(range).contains(address));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "proxy", "10.0.0.0/33", "::/129", "10.0.0.0/-1", "10.0.0.0/x", "10.0/8"})
  void tellsWhatWouldBeRight(String wrong) {
    String told =
        assertThrows(IllegalArgumentException.class, () -> AddressRange.parse(wrong)).getMessage();
    assertTrue(told.contains("'" + wrong + "'") && told.contains("10.42.0.0/16"), told);
  }
}
