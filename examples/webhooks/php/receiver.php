<?php
// A receiver of Till's webhooks. Needs: composer require standard-webhooks/standard-webhooks
//
// TILL_WEBHOOK_SECRET=whsec_… php -S 127.0.0.1:4000 receiver.php

require __DIR__ . '/vendor/autoload.php';

use StandardWebhooks\Exception\WebhookVerificationException;
use StandardWebhooks\Webhook;

$webhook = new Webhook(getenv('TILL_WEBHOOK_SECRET'));
// In production: a table with the id as its key, written in the transaction of the effect.
$seen = new SQLite3(__DIR__ . '/seen.sqlite');
$seen->exec('CREATE TABLE IF NOT EXISTS seen (id TEXT PRIMARY KEY)');

try {
    // The bytes as they came: a body that was parsed and written again is another body.
    $headers = array_change_key_case(getallheaders());
    $event = $webhook->verify(file_get_contents('php://input'), $headers);
} catch (WebhookVerificationException $exception) {
    http_response_code(400);
    exit;
}

// The same event can come more than once, under the same id.
$insert = $seen->prepare('INSERT OR IGNORE INTO seen VALUES (:id)');
$insert->bindValue(':id', $event['id']);
$insert->execute();
if ($seen->changes() === 1) {
    error_log("{$event['type']} {$event['id']}");
}
http_response_code(204);
