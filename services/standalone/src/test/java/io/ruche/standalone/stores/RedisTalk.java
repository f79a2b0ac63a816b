package io.ruche.standalone.stores;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Talks to a Redis in its own words, on a connection of its own. */
final class RedisTalk {
  private RedisTalk() {}

  /** The answers to these inline commands, after the password; of a list the last one. */
  static List<String> ask(URI redis, String... commands) throws IOException {
    try (Socket socket = new Socket(redis.getHost(), redis.getPort())) {
      socket.setSoTimeout(5000);
      String password = redis.getUserInfo().substring(1);
      BufferedReader answers =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      List<String> said = new ArrayList<>();
      send(socket, "AUTH " + password);
      answers.readLine();
      for (String command : commands) {
        send(socket, command);
        said.add(answer(answers));
      }
      return said;
    }
  }

  private static String answer(BufferedReader answers) throws IOException {
    String answer = String.valueOf(answers.readLine());
    if (answer.startsWith("*")) {
      String last = answer;
      for (int left = Integer.parseInt(answer.substring(1)); left > 0; left--) {
        last = answer(answers);
      }
      return last;
    }
    return answer.startsWith("$") && !answer.equals("$-1")
        ? String.valueOf(answers.readLine())
        : answer;
  }

  private static void send(Socket socket, String command) throws IOException {
    socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.UTF_8));
  }
}
