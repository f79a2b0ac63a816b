// executions.js PORT WORKFLOW MODE: the data of the workflow's successful executions of that mode, one a line, as n8n keeps
// them in its database. PGPASSWORD is that of n8n's role.
const { createRequire } = require('node:module');
const { Client } = createRequire(`${process.env.N8N_HOME}/`)('pg');

const [port, workflow, mode] = process.argv.slice(2);
async function main() {
  const client = new Client({ host: '127.0.0.1', port: Number(port), user: 'n8n', database: 'n8n' });
  await client.connect();
  const found = await client.query(
    `SELECT data FROM execution_data JOIN execution_entity ON id = "executionId"
      WHERE execution_entity."workflowId" = $1 AND mode = $2 AND status = 'success'`,
    [workflow, mode],
  );
  found.rows.forEach((row) => console.log(row.data));
  await client.end();
}
main();
