// outcome.js NODE: what the node gave out, as JSON, from what `n8n execute --rawOutput` says on standard input.
const said = require('node:fs').readFileSync(0, 'utf8');

const run = JSON.parse(said.slice(said.indexOf('\n{') + 1 || said.indexOf('{')));
const last = run.data.resultData.runData[process.argv[2]].at(-1);
console.log(JSON.stringify(last.data.main[0][0].json));
