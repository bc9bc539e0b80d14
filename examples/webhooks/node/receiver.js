// A receiver of Till's webhooks. Needs: npm install standardwebhooks
//
// TILL_WEBHOOK_SECRET=whsec_… PORT=4000 node receiver.js
const http = require("node:http");
const { Webhook, WebhookVerificationError } = require("standardwebhooks");

const webhook = new Webhook(process.env.TILL_WEBHOOK_SECRET);
const seen = new Set(); // in production: a table with the id as its key, written in the transaction of the effect

http.createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  try {
    // The bytes as they came: a body that was parsed and written again is another body.
    const event = webhook.verify(Buffer.concat(chunks), request.headers);
    // The same event can come more than once, under the same id.
    if (!seen.has(event.id)) {
      seen.add(event.id);
      console.log(event.type, event.id);
    }
    response.writeHead(204).end();
  } catch (error) {
    response.writeHead(error instanceof WebhookVerificationError ? 400 : 500).end();
  }
}).listen(Number(process.env.PORT ?? 4000), "127.0.0.1");
