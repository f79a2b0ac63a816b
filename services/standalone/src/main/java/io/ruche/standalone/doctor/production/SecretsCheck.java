package io.ruche.standalone.doctor.production;

import com.fasterxml.jackson.databind.JsonNode;
import io.ruche.standalone.doctor.Check;
import io.ruche.standalone.doctor.Finding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The secrets: their modes, and whether one is missing, empty, guessable or used twice. */
final class SecretsCheck implements Check {

  private static final int LEAST_LENGTH = 16;
  private static final Pattern URL = Pattern.compile("[a-z0-9+]+://[^:/]*:([^@]*)@.*");
  private static final Pattern WORDS =
      Pattern.compile(
          "(?i).*(change.?me|password|passwort|mot.?de.?passe|secret|example|default|admin|letmein|qwerty|12345|minio|postgres|grafana).*");
  private static final Pattern NAME_OF_SECRET =
      Pattern.compile(".*(PASSWORD|PASSWD|SECRET|SECRET_KEY|TOKEN|API_KEY)");

  private final Stack stack;

  SecretsCheck(Stack stack) {
    this.stack = stack;
  }

  @Override
  public String part() {
    return "secrets";
  }

  @Override
  public List<Finding> look() throws IOException {
    List<Finding> found = new ArrayList<>();
    Path folder = stack.folder().resolve("secrets");
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      found.add(
          Finding.problem(
              "secrets.no-folder",
              folder.toString(),
              "It is not a folder of its own.",
              "./ruche secrets"));
      return found;
    }
    Set<PosixFilePermission> mode = Files.getPosixFilePermissions(folder);
    if (!PosixFilePermissions.toString(mode).endsWith("------")) {
      found.add(
          Finding.problem(
              "secrets.folder-mode",
              folder.toString(),
              "Others than its owner may enter it: " + PosixFilePermissions.toString(mode) + ".",
              "chmod 700 " + folder));
    }
    files(folder, found);
    variables(found);
    try {
      used(found);
    } catch (IOException failure) {
      found.add(Finding.unlooked(part(), failure));
    }
    return found;
  }

  private static void files(Path folder, List<Finding> found) throws IOException {
    Map<String, Path> passwords = new HashMap<>();
    List<Path> files;
    try (Stream<Path> listed = Files.list(folder)) {
      files = listed.filter(Files::isRegularFile).sorted().toList();
    }
    for (Path file : files) {
      Set<PosixFilePermission> mode = Files.getPosixFilePermissions(file);
      if (mode.contains(PosixFilePermission.GROUP_WRITE)
          || mode.contains(PosixFilePermission.OTHERS_WRITE)) {
        found.add(
            Finding.problem(
                "secrets.file-mode",
                file.toString(),
                "Others than its owner may write it.",
                "chmod 444 " + file));
      }
      String text = Files.readString(file).strip();
      if (text.isEmpty()) {
        found.add(
            Finding.problem(
                "secrets.empty",
                file.toString(),
                "It is empty.",
                "Delete it, then ./ruche secrets"));
      } else if (text.lines().count() == 1) {
        password(file, text, passwords, found);
      }
    }
  }

  private static void password(
      Path file, String text, Map<String, Path> passwords, List<Finding> found) {
    Matcher url = URL.matcher(text);
    String password = url.matches() ? url.group(1) : text;
    if (isWeak(password)) {
      found.add(
          Finding.problem(
              "secrets.weak",
              file.toString(),
              "It can be guessed: fewer than "
                  + LEAST_LENGTH
                  + " characters, or a word that everybody tries.",
              "Delete it, ./ruche secrets, then docs/deployment.md, Secrets."));
    }
    Path other = passwords.putIfAbsent(password, file);
    if (other != null) {
      found.add(
          Finding.problem(
              "secrets.shared",
              file.toString(),
              "It has the password of " + other.getFileName() + ".",
              "Delete one of them, ./ruche secrets, then docs/deployment.md, Secrets."));
    }
  }

  private static boolean isWeak(String password) {
    return password.length() < LEAST_LENGTH
        || password.chars().distinct().count() < LEAST_LENGTH / 2
        || WORDS.matcher(password).matches();
  }

  /** Secrets that are variables: of {@code .env} and of the services. */
  private void variables(List<Finding> found) throws IOException {
    stack
        .settings()
        .values()
        .forEach(
            (name, value) -> {
              if (NAME_OF_SECRET.matcher(name).matches() && !value.isEmpty() && isWeak(value)) {
                found.add(
                    Finding.problem(
                        "env.weak",
                        stack.folder().resolve(".env") + ": " + name,
                        "It can be guessed.",
                        "Put a random value there: openssl rand -hex 20"));
              }
            });
  }

  /** What the Compose files use: every file is there, and no service has a password by default. */
  private void used(List<Finding> found) throws IOException {
    for (JsonNode secret : stack.files().path("secrets")) {
      Path file = Path.of(secret.path("file").asText());
      if (secret.has("file") && !Files.exists(file)) {
        found.add(
            Finding.problem(
                "secrets.missing", file.toString(), "It is not there.", "./ruche secrets"));
      }
    }
    Set<String> ofEnv = new TreeSet<>(stack.settings().values().values());
    stack
        .services()
        .properties()
        .forEach(
            service ->
                service
                    .getValue()
                    .path("environment")
                    .properties()
                    .forEach(
                        variable -> {
                          String value = variable.getValue().asText("");
                          if (NAME_OF_SECRET.matcher(variable.getKey()).matches()
                              && !value.isEmpty()
                              && !ofEnv.contains(value)) {
                            found.add(
                                Finding.problem(
                                    "secrets.in-compose",
                                    service.getKey() + ": " + variable.getKey(),
                                    "Its value stands in a Compose file or is a default.",
                                    "Make it a Docker secret, or a variable of .env without a"
                                        + " default."));
                          }
                        }));
  }
}
