//! A server that answers what a test wants, where the real API would not fail on request.

import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

export interface Seen {
  method: string;
  url: string;
  headers: IncomingMessage["headers"];
  body: string;
}

/** An answer; nothing at all where the connection is to be cut. */
export type Reply = { status: number; body?: unknown; headers?: Record<string, string> } | undefined;

export interface Server extends AsyncDisposable {
  url: string;
  seen: Seen[];
}

/** Answers with each of the replies in turn, and with the last one for ever. */
export async function serve(...replies: Reply[]): Promise<Server> {
  const seen: Seen[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const { method = "", url = "", headers } = request;
    const reply = replies[Math.min(seen.length, replies.length - 1)];
    seen.push({ method, url, headers, body });
    if (reply === undefined) {
      request.socket.destroy();
      return;
    }
    response.writeHead(reply.status, { "content-type": "application/json", ...reply.headers });
    response.end(JSON.stringify(reply.body ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const close = async () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${port}`, seen, [Symbol.asyncDispose]: close };
}
