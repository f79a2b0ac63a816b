package io.ruche.embedservice.parse;

import io.ruche.config.ByteSize;
import io.ruche.config.Default;
import io.ruche.config.Description;
import io.ruche.embedservice.parse.wire.Limits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** What one file may cost. Rejects values that could not work. */
@Description("Parsing of files, in processes of their own; what one file may cost.")
public record ParseConfig(
    @Description("Files that are parsed at a time, each in a process of its own.") @Default("2")
        int processes,
    @Description("Processes that are kept ready; starting one takes about a second.") @Default("1")
        int spare,
    @Description("Files that wait for a process; further ones are refused.") @Default("256")
        int waiting,
    @Description("Heap of a process.") @Default("384MiB") ByteSize heap,
    @Description("Files after which a process is replaced.") @Default("200") int filesPerProcess,
    @Description("Longest time for a file, text recognition apart.") @Default("3m")
        Duration timeout,
    @Description("Most CPU time for a file, text recognition apart.") @Default("2m")
        Duration cpuTime,
    @Description("Most characters of text that a file may have.") @Default("20000000")
        int maxCharacters,
    @Description("Most pages, slides or sheets that a file may have.") @Default("20000")
        int maxPages,
    @Description("How deep files in files are read, such as attachments of attached mails.")
        @Default("8")
        int maxDepth,
    @Description("Most bytes that a packed file, such as DOCX, may have unpacked.")
        @Default("512MiB")
        ByteSize maxUnpacked,
    @Description("Most times that a packed file of more than 16 MiB may grow by unpacking.")
        @Default("200")
        int maxRatio,
    @Description("Text recognition of PDF pages that have no text.") Ocr ocr) {

  /** The settings when none are given. */
  public static final ParseConfig DEFAULT =
      new ParseConfig(
          2,
          1,
          256,
          new ByteSize(384L << 20),
          200,
          Duration.ofMinutes(3),
          Duration.ofMinutes(2),
          20_000_000,
          20_000,
          8,
          new ByteSize(512L << 20),
          200,
          Ocr.DEFAULT);

  /** Tells everything that is out of range. */
  public ParseConfig {
    List<String> flaws = new ArrayList<>();
    Bounds.within(flaws, "processes", processes, 1, 64);
    Bounds.within(flaws, "spare", spare, 0, processes);
    Bounds.within(flaws, "waiting", waiting, 1, 100_000);
    Bounds.within(flaws, "heap", heap.bytes(), 64L << 20, 16L << 30);
    Bounds.within(flaws, "files-per-process", filesPerProcess, 1, 1_000_000);
    Bounds.within(flaws, "timeout (seconds)", timeout.toSeconds(), 1, 86_400);
    Bounds.within(flaws, "cpu-time (seconds)", cpuTime.toSeconds(), 1, 86_400);
    Bounds.within(flaws, "max-characters", maxCharacters, 1_000, 200_000_000);
    Bounds.within(flaws, "max-pages", maxPages, 1, 1_000_000);
    Bounds.within(flaws, "max-depth", maxDepth, 1, 100);
    Bounds.within(flaws, "max-unpacked", maxUnpacked.bytes(), 1L << 20, 1L << 40);
    Bounds.within(flaws, "max-ratio", maxRatio, 10, 100_000);
    Bounds.require(flaws);
  }

  Limits limits() {
    return new Limits(
        maxCharacters,
        maxPages,
        maxDepth,
        maxUnpacked.bytes(),
        maxRatio,
        cpuTime.toMillis(),
        ocr.command(),
        ocr.enabled() ? String.join("+", ocr.languages()) : "",
        ocr.pageTimeout().toMillis(),
        ocr.maxPages());
  }

  /** Text recognition of pages without text. */
  @Description("Text recognition of PDF pages that have no text, by Tesseract when it is there.")
  public record Ocr(
      @Description("Whether pages without text are recognized.") @Default("true") boolean enabled,
      @Description("The program, by name or path.") @Default("tesseract") String command,
      @Description("Languages, by Tesseract's names; their data must be installed.")
          @Default("eng,fra")
          List<String> languages,
      @Description("Longest time for a page.") @Default("30s") Duration pageTimeout,
      @Description("Pages of a file that are recognized; a note names the others.") @Default("200")
          int maxPages) {

    private static final Pattern LANGUAGE = Pattern.compile("[A-Za-z0-9_/-]{2,40}");

    /** The settings when none are given. */
    public static final Ocr DEFAULT =
        new Ocr(true, "tesseract", List.of("eng", "fra"), Duration.ofSeconds(30), 200);

    /** Tells everything that is out of range. */
    public Ocr {
      languages = List.copyOf(languages);
      List<String> flaws = new ArrayList<>();
      if (command.isBlank()) {
        flaws.add("command is empty; write tesseract or its path");
      }
      if (languages.isEmpty() || languages.size() > 16) {
        flaws.add("languages has " + languages.size() + " names; it must have 1 to 16");
      }
      for (String language : languages) {
        if (!LANGUAGE.matcher(language).matches()) {
          flaws.add("languages has a name that is none of Tesseract's; write eng,fra");
        }
      }
      Bounds.within(flaws, "page-timeout (seconds)", pageTimeout.toSeconds(), 1, 3_600);
      Bounds.within(flaws, "max-pages", maxPages, 0, 100_000);
      Bounds.require(flaws);
    }
  }
}
