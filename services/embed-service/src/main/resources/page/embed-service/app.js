// embed-service's page: documents in, passages out.

import { showDocuments } from "./documents.js";
import { showSearch } from "./search.js";
import { startPage } from "./shell.js";

const may = (session) => session.scopes.includes("documents");

startPage("embed-service", [
  { id: "documents", title: "tab.documents", allows: may, show: showDocuments },
  { id: "search", title: "tab.search", allows: may, show: showSearch },
]);
