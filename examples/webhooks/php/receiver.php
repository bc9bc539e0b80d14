<?php
// A receiver of Till's webhooks. Needs nothing but PHP 8 with SQLite: what the signature takes is in the language.
//
// TILL_WEBHOOK_SECRET=whsec_… php -S 127.0.0.1:4000 receiver.php

/** How old a message may be, and how far ahead its clock, in seconds. */
const TOLERANCE = 300;

/**
 * Whether a message is the sender's and new, after Standard Webhooks: one of its `v1` signatures must be right.
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
function is_authentic(string $body, array $headers, string $secret): bool
{
    [$id, $timestamp, $signatures] = array_map(
        fn (string $name) => $headers["webhook-$name"] ?? '',
        ['id', 'timestamp', 'signature'],
    );
    if ($id === '' || !ctype_digit($timestamp) || abs(time() - (int) $timestamp) > TOLERANCE) {
        return false;
    }
    $key = base64_decode(substr($secret, strlen('whsec_')), true);
    if (!str_starts_with($secret, 'whsec_') || $key === false) {
        throw new RuntimeException('TILL_WEBHOOK_SECRET is not the secret of an endpoint');
    }
    $expected = 'v1,' . base64_encode(hash_hmac('sha256', "$id.$timestamp.$body", $key, true));
    foreach (explode(' ', $signatures) as $signature) {
        // In constant time: how far a comparison came would tell a forger how much is right.
        if (hash_equals($expected, $signature)) {
            return true;
        }
    }
    return false;
}

// In production: a table with the id as its key, written in the transaction of the effect.
$seen = new SQLite3(getenv('TILL_SEEN') ?: __DIR__ . '/seen.sqlite');
$seen->busyTimeout(5000);
$seen->exec('CREATE TABLE IF NOT EXISTS seen (id TEXT PRIMARY KEY)');

// The bytes as they came: a body that was parsed and written again is another body.
$body = file_get_contents('php://input');
if (!is_authentic($body, array_change_key_case(getallheaders()), (string) getenv('TILL_WEBHOOK_SECRET'))) {
    http_response_code(400);
    exit;
}
$event = json_decode($body, true, flags: JSON_THROW_ON_ERROR);

// The same event can come more than once, under the same id.
$insert = $seen->prepare('INSERT OR IGNORE INTO seen VALUES (:id)');
$insert->bindValue(':id', $event['id']);
$insert->execute();
if ($seen->changes() === 1) {
    error_log("{$event['type']} {$event['id']}");
}
http_response_code(204);
