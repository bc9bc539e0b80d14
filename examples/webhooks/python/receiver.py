"""A receiver of Till's webhooks. Needs: pip install standardwebhooks

TILL_WEBHOOK_SECRET=whsec_… PORT=4000 python receiver.py
"""
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

webhook = Webhook(os.environ["TILL_WEBHOOK_SECRET"])
seen = set()  # in production: a table with the id as its key, written in the transaction of the effect


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        # The bytes as they came: a body that was parsed and written again is another body.
        body = self.rfile.read(int(self.headers["content-length"]))
        try:
            event = webhook.verify(body, {name.lower(): value for name, value in self.headers.items()})
        except WebhookVerificationError:
            return self.answer(400)
        # The same event can come more than once, under the same id.
        if event["id"] not in seen:
            seen.add(event["id"])
            print(event["type"], event["id"], flush=True)
        self.answer(204)

    def answer(self, status):
        self.send_response(status)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", "4000"))), Receiver).serve_forever()
