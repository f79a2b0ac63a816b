package io.ruche.embedservice.parse.read;

import io.ruche.embedservice.parse.plain.Charsets;
import io.ruche.embedservice.parse.plain.PlainText;
import io.ruche.embedservice.parse.read.OfficeText.Part;
import io.ruche.embedservice.parse.text.Budget;
import io.ruche.embedservice.parse.text.TextWriter;
import io.ruche.embedservice.parse.text.TextWriter.Gap;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.james.mime4j.dom.Body;
import org.apache.james.mime4j.dom.Entity;
import org.apache.james.mime4j.dom.Message;
import org.apache.james.mime4j.dom.Multipart;
import org.apache.james.mime4j.dom.SingleBody;
import org.apache.james.mime4j.dom.TextBody;
import org.apache.james.mime4j.dom.address.AddressList;
import org.apache.james.mime4j.dom.address.Mailbox;
import org.apache.james.mime4j.dom.address.MailboxList;
import org.apache.james.mime4j.message.DefaultMessageBuilder;
import org.apache.james.mime4j.stream.MimeConfig;
import org.jspecify.annotations.Nullable;

/** E-mail: who, when and what about, the text, then what is attached. */
final class MailText {

  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final int MOST_HEADERS = 5_000;
  private static final int MOST_ADDRESSES = 100;
  private static final int LONGEST_LINE = 1_000_000;

  private final TextWriter writer;
  private final Budget budget;
  private final Part parts;

  private MailText(TextWriter writer, Budget budget, Part parts) {
    this.writer = writer;
    this.budget = budget;
    this.parts = parts;
  }

  /** Reads a mail that is itself a part at a depth; 0 when it is the file. */
  static void read(Path file, int depth, TextWriter writer, Budget budget, Part parts)
      throws IOException {
    DefaultMessageBuilder builder = new DefaultMessageBuilder();
    builder.setMimeEntityConfig(
        MimeConfig.custom()
            .setMaxHeaderCount(MOST_HEADERS)
            .setMaxHeaderLen(LONGEST_LINE)
            .setMaxLineLen(LONGEST_LINE)
            .setMalformedHeaderStartsBody(true)
            .build());
    Message message;
    try (InputStream in = Files.newInputStream(file)) {
      message = builder.parseMessage(in);
    }
    try {
      new MailText(writer, budget, parts).message(message, depth);
    } finally {
      message.dispose();
    }
  }

  private void message(Message message, int depth) throws IOException {
    budget.checkDepth(depth);
    String subject = message.getSubject();
    if (subject != null && !subject.isBlank()) {
      writer.title(subject);
      writer.text(subject);
      writer.endHeading(Math.min(depth + 1, 6));
    }
    line("From", addresses(message.getFrom()));
    line("To", addresses(message.getTo()));
    line("Cc", addresses(message.getCc()));
    if (message.getDate() != null) {
      line("Date", DATE.format(message.getDate().toInstant()));
    }
    writer.endBlock(Gap.PARAGRAPH);
    body(message, depth);
  }

  private void line(String name, String value) {
    if (!value.isBlank()) {
      writer.text(name + ": " + value);
      writer.endBlock(Gap.LINE);
    }
  }

  private static String addresses(@Nullable AddressList list) {
    return list == null ? "" : addresses(list.flatten());
  }

  private static String addresses(@Nullable MailboxList list) {
    return list == null
        ? ""
        : list.stream()
            .limit(MOST_ADDRESSES)
            .map(MailText::shown)
            .collect(Collectors.joining(", "));
  }

  private static String shown(Mailbox mailbox) {
    String name = mailbox.getName();
    return name == null || name.isBlank()
        ? mailbox.getAddress()
        : name + " <" + mailbox.getAddress() + ">";
  }

  private void body(Entity entity, int depth) throws IOException {
    budget.checkDepth(depth);
    Body body = entity.getBody();
    String name = entity.getFilename();
    if (body instanceof Message inner) {
      writer.endBlock(Gap.PARAGRAPH);
      message(inner, depth + 1);
    } else if (body instanceof Multipart multipart) {
      List<Entity> all = multipart.getBodyParts();
      if (multipart.getSubType().equalsIgnoreCase("alternative")) {
        all = all.isEmpty() ? all : List.of(richest(all));
      }
      for (Entity part : all) {
        body(part, depth + 1);
      }
    } else if (body instanceof TextBody text && name == null && !isAttached(entity)) {
      text(text, entity);
    } else if (body instanceof SingleBody single) {
      attachment(single, entity, name == null ? "" : name);
    }
  }

  /** The last alternative that has text is the sender's best. */
  private static Entity richest(List<Entity> alternatives) {
    Entity best = alternatives.getFirst();
    for (Entity alternative : alternatives) {
      if (alternative.isMultipart()
          || alternative.getMimeType().equalsIgnoreCase("text/html")
          || alternative.getMimeType().equalsIgnoreCase("text/plain")) {
        best = alternative;
      }
    }
    return best;
  }

  private static boolean isAttached(Entity entity) {
    return "attachment".equalsIgnoreCase(entity.getDispositionType());
  }

  private void text(TextBody body, Entity entity) throws IOException {
    try (InputStream in = body.getInputStream()) {
      byte[] bytes = in.readAllBytes();
      Charset charset = charset(entity.getCharset(), bytes);
      if (entity.getMimeType().equalsIgnoreCase("text/html")) {
        HtmlText.read(new String(bytes, charset), writer);
      } else {
        PlainText.read(new InputStreamReader(new ByteArrayInputStream(bytes), charset), writer);
      }
    }
  }

  private static Charset charset(@Nullable String named, byte[] bytes) {
    Charset known = Charsets.named(named);
    if (known == null || known.equals(StandardCharsets.US_ASCII)) {
      return Charsets.of(bytes);
    }
    return known;
  }

  private void attachment(SingleBody body, Entity entity, String name) throws IOException {
    try (InputStream in = body.getInputStream()) {
      parts.read(in, entity.getMimeType(), name);
    }
  }
}
