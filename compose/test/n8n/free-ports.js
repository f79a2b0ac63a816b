// free-ports.js N: prints N ports that were free a moment ago.
const net = require('node:net');

const count = Number(process.argv[2]);
const open = () =>
  new Promise((resolve, reject) => {
    const server = net.createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
// All are open at once, so that none comes twice.
Promise.all(Array.from({ length: count }, open)).then((servers) => {
  console.log(servers.map((server) => server.address().port).join(' '));
  servers.forEach((server) => server.close());
});
