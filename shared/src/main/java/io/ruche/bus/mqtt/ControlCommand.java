package io.ruche.bus.mqtt;

import io.ruche.auth.ApiKey;
import io.ruche.auth.broker.TopicPermissions;
import io.ruche.config.Secret;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * One command to Mosquitto's dynamic-security plugin; its text form names it and shows no secret.
 *
 * @param mayBeMissing whether what it is about need not exist
 */
record ControlCommand(JsonObject body, boolean mayBeMissing) {

  /** What everybody may do who has no role for it: nothing. */
  private static final List<String> DEFAULTS =
      List.of("publishClientSend", "publishClientReceive", "subscribe", "unsubscribe");

  static ControlCommand getDefaults() {
    return of("getDefaultACLAccess", new JsonObject());
  }

  static ControlCommand denyByDefault() {
    JsonArray rules = new JsonArray();
    DEFAULTS.forEach(type -> rules.add(new JsonObject().put("acltype", type).put("allow", false)));
    return of("setDefaultACLAccess", new JsonObject().put("acls", rules));
  }

  static ControlCommand getAccount(String user) {
    return ifThere("getClient", new JsonObject().put("username", user));
  }

  static ControlCommand listAccounts(int offset, int count) {
    return of(
        "listClients",
        new JsonObject().put("verbose", true).put("offset", offset).put("count", count));
  }

  static ControlCommand deleteAccount(String user) {
    return ifThere("deleteClient", new JsonObject().put("username", user));
  }

  static ControlCommand deleteRole(String role) {
    return ifThere("deleteRole", new JsonObject().put("rolename", role));
  }

  /** A role with what the key may do. */
  static ControlCommand createRole(String role, ApiKey key) {
    JsonArray rules = new JsonArray();
    TopicPermissions.publishFilters(key).forEach(to -> allow(rules, "publishClientSend", to));
    for (String filter : TopicPermissions.subscribeFilters(key)) {
      allow(rules, "subscribePattern", filter);
      allow(rules, "unsubscribePattern", filter);
      allow(rules, "publishClientReceive", filter);
    }
    return of("createRole", new JsonObject().put("rolename", role).put("acls", rules));
  }

  static ControlCommand createAccount(String user, Secret password, String description) {
    return of(
        "createClient",
        new JsonObject()
            .put("username", user)
            .put("password", password.value())
            .put("textdescription", description));
  }

  /**
   * Gives the role to the account. Naming it in {@code createClient} would do as much, but the
   * plugin of 2.0 then forgets who has the role, and uses freed memory once the role is deleted.
   */
  static ControlCommand addRole(String user, String role) {
    return of("addClientRole", new JsonObject().put("username", user).put("rolename", role));
  }

  /** Whether the command has done its work although it was answered so. */
  boolean tolerates(String error) {
    return mayBeMissing && error.endsWith(" not found");
  }

  @Override
  public String toString() {
    String about = body.getString("username", body.getString("rolename", ""));
    return (body.getString("command") + " " + about).strip();
  }

  private static void allow(JsonArray rules, String type, String filter) {
    rules.add(new JsonObject().put("acltype", type).put("topic", filter).put("allow", true));
  }

  private static ControlCommand of(String command, JsonObject body) {
    return new ControlCommand(body.put("command", command), false);
  }

  private static ControlCommand ifThere(String command, JsonObject body) {
    return new ControlCommand(body.put("command", command), true);
  }
}
