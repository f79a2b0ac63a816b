// field.js NAME: the text of that field of the JSON object on standard input.
console.log(JSON.parse(require('node:fs').readFileSync(0, 'utf8'))[process.argv[2]]);
