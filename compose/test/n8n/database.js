// database.js PORT: n8n's role and database, made by Ruche's own role in the PostgreSQL of ./ruche up.
// PGPASSWORD is that role's, N8N_DATABASE_PASSWORD becomes n8n's.
const { createRequire } = require('node:module');
const { Client } = createRequire(`${process.env.N8N_HOME}/`)('pg');

async function main() {
  const client = new Client({ host: '127.0.0.1', port: Number(process.argv[2]), user: 'ruche', database: 'postgres' });
  await client.connect();
  await client.query(`CREATE ROLE n8n LOGIN PASSWORD ${client.escapeLiteral(process.env.N8N_DATABASE_PASSWORD)}`);
  await client.query('CREATE DATABASE n8n OWNER n8n');
  await client.end();
}
main();
