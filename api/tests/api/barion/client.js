// Makes one call with the public client `node-barion` and prints what it gives back.
// usage: client.js <directory of the packages> <base URL> <POSKey> <method> <options as JSON>
const path = require('path');

const [, , packages, baseUrl, POSKey, method, options] = process.argv;
const library = path.join(packages, 'node-barion');
// The base URL, which is the only thing that a shop changes.
require(path.join(library, 'lib', 'constants.js')).baseUrls.test = baseUrl;
const Barion = require(library);

const barion = new Barion({ POSKey, Environment: 'test', Currency: 'EUR' });
barion[method](JSON.parse(options)).then(
    (answer) => console.log(JSON.stringify({ answer })),
    (error) => console.log(JSON.stringify({ error: error.message, errors: error.errors, status: error.statusCode })),
);
