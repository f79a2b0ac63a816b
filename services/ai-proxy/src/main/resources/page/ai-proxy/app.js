// ai-proxy's page: usage, keys, providers and a playground.

import { showKeys } from "./keys.js";
import { showPlayground } from "./playground.js";
import { showProviders } from "./providers.js";
import { startPage } from "./shell.js";
import { showUsage } from "./usage.js";

const may = (...scopes) => (session) => scopes.some((scope) => session.scopes.includes(scope));

startPage("ai-proxy", [
  { id: "usage", title: "tab.usage", allows: may("ai", "admin"), show: showUsage },
  { id: "keys", title: "tab.keys", allows: may("admin"), show: showKeys },
  { id: "providers", title: "tab.providers", allows: may("admin"), show: showProviders },
  { id: "playground", title: "tab.playground", allows: may("ai"), show: showPlayground },
]);
