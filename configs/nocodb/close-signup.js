// Lets only those in who were invited: it is a setting in NocoDB's database, and no variable says it. Repeatable.
const fs = require("fs");

const server = "http://nocodb:8080";

async function post(path, body, headers) {
  const answer = await fetch(server + path, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(30_000),
  });
  const text = await answer.text();
  if (!answer.ok) {
    throw new Error(`${path} was answered ${answer.status}: ${text.slice(0, 200)}`);
  }
  return JSON.parse(text);
}

async function main() {
  const { token } = await post("/api/v1/auth/user/signin", {
    email: process.env.NC_ADMIN_EMAIL,
    password: fs.readFileSync("/run/secrets/nocodb-admin-password", "utf8"),
  });
  await post("/api/v1/app-settings", { invite_only_signup: true }, { "xc-auth": token });
}

main().catch((failure) => {
  console.error(failure.message);
  process.exit(1);
});
