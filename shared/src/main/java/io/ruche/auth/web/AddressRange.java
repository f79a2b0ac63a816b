package io.ruche.auth.web;

import io.netty.util.NetUtil;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** An address, or a network of them such as {@code 10.42.0.0/16} or {@code fd00::/8}. */
final class AddressRange {

  /** The address that it begins with, 4 or 16 bytes. */
  private final byte[] first;

  /** How many bits of it are the network's. */
  private final int bits;

  private AddressRange(byte[] first, int bits) {
    this.first = first;
    this.bits = bits;
  }

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException says what would be right
   */
  static AddressRange parse(String text) {
    int slash = text.indexOf('/');
    byte @Nullable [] first = bytes(slash < 0 ? text : text.substring(0, slash));
    if (first == null) {
      throw wrong(text);
    }
    int most = first.length * Byte.SIZE;
    int bits = most;
    if (slash >= 0) {
      try {
        bits = Integer.parseInt(text.substring(slash + 1));
      } catch (NumberFormatException none) {
        throw wrong(text);
      }
    }
    if (bits < 0 || bits > most) {
      throw wrong(text);
    }
    return new AddressRange(first, bits);
  }

  /** Whether the address is in it; what is no address is in none. */
  boolean contains(String address) {
    byte @Nullable [] bytes = bytes(address);
    if (bytes == null || bytes.length != first.length) {
      return false;
    }
    int whole = bits / Byte.SIZE;
    int rest = bits % Byte.SIZE;
    return Arrays.equals(first, 0, whole, bytes, 0, whole)
        && (rest == 0 || (first[whole] ^ bytes[whole]) >> (Byte.SIZE - rest) == 0);
  }

  /** The last bytes of an IPv4 address that is written as one of IPv6 are that address. */
  private static byte @Nullable [] bytes(String address) {
    byte @Nullable [] bytes = NetUtil.createByteArrayFromIpAddressString(address.strip());
    if (bytes == null || bytes.length == 4) {
      return bytes;
    }
    byte[] mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1};
    return Arrays.equals(bytes, 0, 12, mapped, 0, 12) ? Arrays.copyOfRange(bytes, 12, 16) : bytes;
  }

  private static IllegalArgumentException wrong(String text) {
    return new IllegalArgumentException(
        "proxies: '"
            + text
            + "' must be an address such as 172.31.240.2 or a network such as 10.42.0.0/16");
  }
}
