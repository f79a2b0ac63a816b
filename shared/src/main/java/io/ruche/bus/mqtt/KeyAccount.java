package io.ruche.bus.mqtt;

import io.ruche.auth.ApiKey;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How a key is told from what Mosquitto's dynamic-security plugin answers about accounts. */
final class KeyAccount {

  private static final Pattern DESCRIPTION = Pattern.compile("ruche key (\\d{1,18})");

  private KeyAccount() {}

  /** The role that is this key's alone: names of users have no slash. */
  static String role(ApiKey key) {
    return rolesOf(key.mqttUser()) + key.id();
  }

  static String description(ApiKey key) {
    return "ruche key " + key.id();
  }

  /** The key that an account was made for. */
  static OptionalLong keyId(JsonObject account) {
    Matcher description = DESCRIPTION.matcher(account.getString("textdescription", ""));
    return description.matches()
        ? OptionalLong.of(Long.parseLong(description.group(1)))
        : OptionalLong.empty();
  }

  /** Whether the answer to {@code getClient} is about an account, and it was made for the key. */
  static boolean belongsTo(ApiKey key, JsonObject getClient) {
    OptionalLong id = keyId(account(getClient));
    return id.isPresent() && id.getAsLong() == key.id();
  }

  /** The roles of keys among those in the answer to {@code getClient}. */
  static List<String> rolesOf(String user, JsonObject getClient) {
    return objects(account(getClient), "roles").stream()
        .map(role -> role.getString("rolename", ""))
        .filter(name -> name.startsWith(rolesOf(user)))
        .toList();
  }

  /** The accounts in the answer to {@code listClients}. */
  static List<JsonObject> accounts(JsonObject listClients) {
    return objects(data(listClients), "clients");
  }

  /** Whether, by the answer to {@code getDefaultACLAccess}, who has no role may do anything. */
  static boolean allowsByDefault(JsonObject getDefaults) {
    return objects(data(getDefaults), "acls").stream()
        .anyMatch(rule -> rule.getBoolean("allow", false));
  }

  private static String rolesOf(String user) {
    return "ruche/" + user + "/";
  }

  private static JsonObject account(JsonObject getClient) {
    return data(getClient).getJsonObject("client", new JsonObject());
  }

  private static JsonObject data(JsonObject answer) {
    return answer.getJsonObject("data", new JsonObject());
  }

  private static List<JsonObject> objects(JsonObject in, String list) {
    JsonArray objects = in.getJsonArray(list, new JsonArray());
    return objects.stream().map(JsonObject.class::cast).toList();
  }
}
