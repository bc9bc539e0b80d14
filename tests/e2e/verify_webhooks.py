"""Verifies the webhooks that a local net received (usage: verify_webhooks.py LOG SECRET_FILE) with the public
`standardwebhooks` package, which knows nothing of Till; and that it refuses a body with one byte changed."""

import json
import sys

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

log, secret = sys.argv[1:]
webhook = Webhook(open(secret).read().strip())
verified = 0
for line in open(log):
    delivery = json.loads(line)
    body, headers = delivery["body"], delivery["headers"]
    webhook.verify(body, headers)
    try:
        webhook.verify(body.replace("payment.", "paymemt.", 1), headers)
        sys.exit("a forged body was accepted")
    except WebhookVerificationError:
        verified += 1
print(f"{verified} webhooks verified")
