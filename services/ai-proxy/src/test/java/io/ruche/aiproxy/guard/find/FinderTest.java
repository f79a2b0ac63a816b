package io.ruche.aiproxy.guard.find;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** In the texts, what is to be found stands between angle brackets. */
final class FinderTest {

  private static final Finder ALL = new Finder(EnumSet.allOf(Kind.class));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<jean.dupont@exemple.fr>",
        "Écris à <jean.dupont@exemple.fr>.",
        "(<a@b.fr>), '<o'brien@b.co.uk>'; **<c_d+tag@sub.b-c.museum>**",
        "mailto:<a@b.fr>?subject=x",
        "\"Jean\" \u00ab\u00a0<jean@exemple.fr>\u00a0\u00bb",
        "email=<a.b@c.io>&x=1",
        "<a@b.fr>,<c@d.fr>;<a@b.fr>",
        "l\u2019adresse <jean@soci\u00e9t\u00e9.fr>\u2026",
        "<p\u00e8re.no\u00ebl@exemple.fr>",
        "请联系<jean@exemple.fr>谢谢",
        "<a@xn--bcher-kva.xn--p1ai>",
        "<0612345678@free.fr>",
        "<a@b.fr>-Paris",
        "to <a@mail.b.fr>..."
      })
  void findsAddresses(String text) {
    expect(Kind.EMAIL, text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "@jean and jean@ and @",
        "user@localhost",
        "npm install lodash@4.17.21 @types/node@20",
        "icon@2x.png",
        "a @ b.fr",
        "jean@.fr, jean@-",
        "x@y.1, x@y.z",
        "@@@@",
        "@Override public void a() {}"
      })
  void leavesWhatIsNoAddress(String text) {
    expect(Kind.EMAIL, text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<0612345678>",
        "<06 12 34 56 78>",
        "<06.12.34.56.78>.",
        "<06-12-34-56-78>, merci",
        "t\u00e9l.: <06\u00a012\u00a034\u00a056\u00a078>",
        "<06\u202f12\u202f34\u202f56\u202f78>",
        "<0612 34 56 78>",
        "<+33 6 12 34 56 78>",
        "<+33612345678>",
        "<+33 (0)6 12 34 56 78>",
        "<+33(0)612345678>",
        "<0033 6 12 34 56 78>",
        "<00 33 6 12 34 56 78>",
        "(<+33 1 42 68 53 00>)",
        "<+1 (415) 555-2671>",
        "<+14155552671>",
        "<+44 20 7946 0958>",
        "<+49 30 901820>",
        "<+216 71 123 456>",
        "appelle <06 12 34 56 78> ou <07 98 76 54 32>",
        "<01 42 68 53 00>/<01 42 68 53 01>",
        "<06 12 34 56 78>.Merci"
      })
  void findsPhones(String text) {
    expect(Kind.PHONE, text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2024-01-02, 01/02/2024, 01.02.2024, 01-02-2024 12:30",
        "2024-01-01T10:00:00+0200",
        "192.168.1.10 and 10.0.0.1:8080",
        "version 1.2.3.4, 0.12.345",
        "1 234 567,89 \u20ac, +15 000 000 \u20ac, +1 000 000 000, +250 000 000 \u20ac, +100 %",
        "ORD-0612345678, #0612345678, ID0612345678, 0612345678X",
        "061234567, 06123456789, 00612345678",
        "06 12 34 56, 06 12 34 56 7, 06 12-34 56 78",
        "3.0612345678, 0,0612345678",
        "0000000000, 0000 0000 0000",
        "1700000000, 1700000000000",
        "+33 6 12 34 56",
        "1+4912345678901",
        "4 + 5 = 9, a++, C++ 20",
        "75001 Paris, 13 rue de la Paix",
        "pi is 3.14159265358979323846264338327950288419716939937510"
      })
  void leavesNumbersThatAreNoPhones(String text) {
    expect(Kind.PHONE, text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<FR76 3000 6000 0112 3456 7890 189>",
        "<FR7630006000011234567890189>",
        "IBAN:<FR7630006000011234567890189>, merci",
        "<fr76 3000 6000 0112 3456 7890 189> et",
        "<FR76-3000-6000-0112-3456-7890-189>",
        "<DE89 3704 0044 0532 0130 00>",
        "<GB29 NWBK 6016 1331 9268 19>",
        "<FR76\u00a03000\u00a06000\u00a00112\u00a03456\u00a07890\u00a0189>",
        "<NO93 8601 1117 947>",
        "<MT84 MALT 0110 0001 2345 MTLC AST0 01S> fin"
      })
  void findsAccounts(String text) {
    expect(Kind.IBAN, text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "FR76 3000 6000 0112 3456 7890 188",
        "FR7630006000011234567890189X",
        "XFR7630006000011234567890189",
        "ZZ76 3000 6000 0112 3456 7890 189",
        "FR76 3000 6000 0112 3456",
        "FR76  3000 6000 0112 3456 7890 189",
        "AB12, DE89, GB29 NWBK"
      })
  void leavesAccountsWithAWrongChecksum(String text) {
    expect(Kind.IBAN, text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<4111 1111 1111 1111>",
        "<4111111111111111>",
        "<4111-1111-1111-1111>",
        "Visa <4111 1111 1111 1111> 12/27 123",
        "<5555555555554444>, <378282246310005>, <3782 822463 10005>",
        "<6011 1111 1111 1117>",
        "<30569309025904>, <3056 930902 5904>",
        "<4222222222222>",
        "<6304000000000000000>",
        "<4111\u00a01111\u00a01111\u00a01111>",
        "<4111111111111111>.Thanks"
      })
  void findsCards(String text) {
    expect(Kind.CARD, text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "4111 1111 1111 1112, 4111111111111112",
        "ORD-4111111111111111, #4111111111111111",
        "X4111111111111111, 4111111111111111a",
        "41111111111111111111111111",
        "0.4111111111111111, 4111111111111111.50",
        "1234567812345670",
        "1700000000000",
        "3017620422003",
        "SIRET 552 100 554 00013, 55210055400013",
        "2024 2025 2026 2027",
        "4 111 11 1111 1 1 1 1 1",
        "12345678-4111-1111-1111-111111111111",
        "3f4111111111111111",
        "4111  1111  1111  1111",
        "4111 1111-1111 1111"
      })
  void leavesNumbersThatAreNoCards(String text) {
    expect(Kind.CARD, text);
  }

  @Test
  void findsOnlyTheKindsThatAreSought() {
    String text = "a@b.fr 06 12 34 56 78 FR7630006000011234567890189 4111111111111111";

    for (Kind kind : Kind.values()) {
      assertEquals(1, new Marks(text, new Finder(EnumSet.of(kind))).found.size(), kind.word());
    }
    assertEquals(4, new Marks(text, ALL).found.size());
  }

  @Test
  void tellsOfPlaceholdersThatWereThereBefore() {
    Marks marks = new Marks("[EMAIL_1] [PHONE_23], [EMAIL] [EMAIL_0] [EMAIL_x] [CARD_123456]", ALL);

    assertEquals(List.of("EMAIL_1", "PHONE_23"), marks.placeholders);
  }

  @Test
  void neverFindsPastTheTextsEnds() {
    String data = "a@b.fr +33 6 12 34 56 78 FR7630006000011234567890189 4111 1111 1111 1111";
    byte[] bytes = ("\"" + data + "\"").getBytes(StandardCharsets.UTF_8);

    for (int from = 1; from < bytes.length - 1; from++) {
      for (int to = from; to < bytes.length; to++) {
        byte[] cut = new byte[to - from + 2];
        cut[0] = '"';
        System.arraycopy(bytes, from, cut, 1, to - from);
        cut[cut.length - 1] = '"';
        int end = cut.length - 1;
        ALL.find(
            cut,
            1,
            end,
            new Found() {
              @Override
              public void data(Kind kind, int start, int stop) {
                assertTrue(start >= 1 && stop <= end && start < stop);
              }

              @Override
              public void placeholder(Kind kind, int number) {}
            });
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "@",
        "a@",
        "a@a.",
        "a@a",
        "1",
        "0",
        "00",
        "4 ",
        "4111 ",
        "4111-",
        "06 ",
        "+",
        "+3",
        "+33 ",
        "FR7",
        "FR76 ",
        "FR76",
        "[EMAIL_",
        "[",
        "\u00a0",
        "0 1",
        ".0",
        "a.a@",
        "'",
        "+1(",
        "41111111111111111"
      })
  void takesTimeLinearToTheText(String unit) {
    byte[] bytes =
        ("\"" + unit.repeat(8_000_000 / unit.length()) + "\"").getBytes(StandardCharsets.UTF_8);
    Found nobody =
        new Found() {
          @Override
          public void data(Kind kind, int start, int end) {}

          @Override
          public void placeholder(Kind kind, int number) {}
        };

    long began = System.nanoTime();
    ALL.find(bytes, 1, bytes.length - 1, nobody);
    long millis = (System.nanoTime() - began) / 1_000_000;

    // Quadratic time would be hours.
    assertTrue(millis < 10_000, unit + " took " + millis + " ms");
  }

  @Test
  void anyBytesAreTaken() {
    Random random = new Random(7);
    byte[] alphabet =
        "a@b.fr 0123456789+()-_[]EMAIL\u00e9\u00a0\u202f\\\"/\u20ac,FR76"
            .getBytes(StandardCharsets.UTF_8);
    for (int round = 0; round < 20_000; round++) {
      byte[] bytes = new byte[random.nextInt(80) + 2];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] =
            random.nextInt(4) == 0
                ? (byte) random.nextInt(256)
                : alphabet[random.nextInt(alphabet.length)];
      }
      bytes[0] = '"';
      bytes[bytes.length - 1] = '"';
      int[] last = {1};
      ALL.find(
          bytes,
          1,
          bytes.length - 1,
          new Found() {
            @Override
            public void data(Kind kind, int start, int end) {
              assertTrue(start >= last[0] && end > start && end <= bytes.length - 1);
              last[0] = end;
            }

            @Override
            public void placeholder(Kind kind, int number) {}
          });
    }
  }

  private static void expect(Kind kind, String marked) {
    String plain = marked.replace("<", "").replace(">", "");
    assertEquals(marked, new Marks(plain, new Finder(EnumSet.of(kind))).marked());
    assertEquals(marked, new Marks(plain, ALL).marked(kind));
  }

  /** What a finder finds in a text. */
  private static final class Marks implements Found {

    private record Mark(Kind kind, int start, int end) {}

    private final byte[] bytes;
    private final List<Mark> found = new ArrayList<>();
    private final List<String> placeholders = new ArrayList<>();

    Marks(String text, Finder finder) {
      bytes = ("\"" + text + "\"").getBytes(StandardCharsets.UTF_8);
      finder.find(bytes, 1, bytes.length - 1, this);
    }

    @Override
    public void data(Kind kind, int start, int end) {
      found.add(new Mark(kind, start, end));
    }

    @Override
    public void placeholder(Kind kind, int number) {
      placeholders.add(kind + "_" + number);
    }

    String marked() {
      return marked(null);
    }

    /** Only those of one kind. */
    String marked(@org.jspecify.annotations.Nullable Kind only) {
      StringBuilder text = new StringBuilder();
      int copied = 1;
      for (Mark mark : found) {
        if (only == null || mark.kind == only) {
          text.append(string(copied, mark.start)).append('<');
          text.append(string(mark.start, mark.end)).append('>');
          copied = mark.end;
        }
      }
      return text.append(string(copied, bytes.length - 1)).toString();
    }

    private String string(int from, int to) {
      return new String(bytes, from, to - from, StandardCharsets.UTF_8);
    }
  }
}
