/** A client of Actions as the specification describes one: it reads an action, fills in parameters, signs, and follows
 * what comes next. Whatever it is answered is checked, and kept for the compiler. */
import assert from "node:assert/strict";
import { after } from "node:test";

import type {
  ActionGetResponse,
  ActionPostResponse,
  LinkedAction,
  NextAction,
  NextActionLink,
  SignMessageData,
} from "@solana/actions-spec";
import { ACTIONS_CORS_HEADERS, createSignMessageText } from "@solana/actions";
import bs58 from "bs58";
import nacl from "tweetnacl";

import { TestWallet } from "../wallet/wallet.ts";
import type { Net } from "./net.ts";
import { accepts } from "./schema.ts";
import { satisfy, type Typed } from "./types.ts";
import { PATIENCE } from "./until.ts";

const ORIGIN = "https://blinks.example";

/** What a person fills in: the parameters by their names. */
export type Values = Record<string, string>;

export class BlinkError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const USDC = 1_000_000n;

/** Makes clients, each with a wallet that has 100 USDC unless other funds are given. When all tests of the file are over,
 * the compiler reads what they were answered. */
export function clientsOf(net: Net): (funds?: bigint) => Promise<{ wallet: TestWallet; blink: Blink }> {
  const clients: Blink[] = [];
  after(() => satisfy(clients.flatMap(({ answers }) => answers)));
  return async (funds = 100n * USDC) => {
    const wallet = new TestWallet(net.connection);
    await net.fund(wallet.key.publicKey, funds);
    const blink = new Blink(net, wallet);
    clients.push(blink);
    return { wallet, blink };
  };
}

export class Blink {
  readonly answers: Typed[] = [];
  readonly #net: Net;
  readonly #wallet: TestWallet;

  constructor(net: Net, wallet: TestWallet) {
    this.#net = net;
    this.#wallet = wallet;
  }

  /** Reads the action at a path, after the preflight that a browser would send. */
  async read(path: string): Promise<ActionGetResponse> {
    await this.preflight(path);
    const answer = await this.#fetch(path);
    return this.#checked("ActionGetResponse", "GetAnswer", answer);
  }

  async preflight(path: string): Promise<void> {
    const response = await fetch(this.#url(path), {
      method: "OPTIONS",
      headers: {
        origin: ORIGIN,
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type,x-accept-action-version,x-accept-blockchain-ids",
      },
    });
    assert.ok(response.ok, `OPTIONS ${path}: ${response.status}`);
    const allowed = words(response.headers.get("access-control-allow-headers"));
    for (const name of words(ACTIONS_CORS_HEADERS["Access-Control-Allow-Headers"])) {
      assert.ok(allowed.has(name), `OPTIONS ${path} does not allow ${name}`);
    }
    const methods = words(response.headers.get("access-control-allow-methods"));
    for (const method of ["get", "post", "options"]) assert.ok(methods.has(method), `${method} is not allowed`);
  }

  /** The linked action with this label, or the only one. */
  static link(action: ActionGetResponse | NextAction, label?: RegExp): LinkedAction {
    const links = "links" in action ? (action.links?.actions ?? []) : [];
    const found = label ? links.filter((link) => label.test(link.label)) : links;
    const [link] = found;
    assert.ok(link, `no action ${label} among ${JSON.stringify(links.map(({ label }) => label))}`);
    return link;
  }

  /** Does what a linked action says with these values, signs what it is handed, and follows it to the end. */
  async follow(link: LinkedAction, values: Values = {}): Promise<NextAction | undefined> {
    const { href, data } = filled(link, values);
    return this.#after(await this.post(href, { account: this.#wallet.address, ...(data && { data }) }));
  }

  /** Asks for what is to be signed. */
  async post(href: string, body: object): Promise<ActionPostResponse> {
    const answer = await this.#fetch(href, body);
    const type = { transaction: "TransactionResponse", message: "SignMessageResponse" }[
      (answer as { type: string }).type
    ];
    return this.#checked(type ?? "ActionPostResponse", "PostAnswer", answer);
  }

  async #after(answer: ActionPostResponse): Promise<NextAction | undefined> {
    switch (answer.type) {
      case "transaction": {
        const signature = await this.#wallet.signAndSend(answer.transaction);
        return this.#next(answer.links?.next, { signature });
      }
      case "message": {
        const text = typeof answer.data === "string" ? answer.data : createSignMessageText(answer.data);
        const signature = bs58.encode(nacl.sign.detached(Buffer.from(text), this.#wallet.key.secretKey));
        const said = { signature, data: answer.data, ...(answer.state && { state: answer.state }) };
        return this.#next(answer.links.next, said);
      }
      default:
        return this.#next(answer.links?.next, {});
    }
  }

  /** A transaction needs a moment until it is known: clients ask again while they are answered with an error. */
  async #next(
    next: NextActionLink | undefined,
    said: { signature?: string; data?: string | SignMessageData; state?: string },
  ): Promise<NextAction | undefined> {
    if (!next) return undefined;
    if (next.type === "inline") return next.action;
    const deadline = Date.now() + PATIENCE;
    for (;;) {
      try {
        const answer = await this.#fetch(next.href, { account: this.#wallet.address, ...said });
        const isCompleted = (answer as { type: string }).type === "completed";
        return this.#checked(isCompleted ? "CompletedAction" : "NextAction", "NextAction", answer);
      } catch (error) {
        if (!(error instanceof BlinkError) || Date.now() > deadline) throw error;
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    }
  }

  #checked<Answer>(type: string, definition: string, answer: unknown): Answer {
    accepts("actions", definition, answer);
    this.answers.push({ type, answer });
    return answer as Answer;
  }

  async #fetch(href: string, body?: object): Promise<unknown> {
    const response = await fetch(this.#url(href), {
      method: body ? "POST" : "GET",
      headers: { origin: ORIGIN, accept: "application/json", ...(body && { "content-type": "application/json" }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    assert.equal(response.headers.get("access-control-allow-origin"), "*", href);
    assert.match(response.headers.get("content-type") ?? "", /^application\/json/, href);
    assert.match(response.headers.get("x-action-version") ?? "", /^\d+\.\d+(\.\d+)?$/, href);
    assert.match(response.headers.get("x-blockchain-ids") ?? "", /^solana:[1-9A-HJ-NP-Za-km-z]{32}$/, href);
    const exposed = words(response.headers.get("access-control-expose-headers"));
    assert.ok(exposed.has("x-action-version") && exposed.has("x-blockchain-ids"), href);
    const answer: unknown = await response.json();
    if (!response.ok) {
      accepts("actions", "Error", answer);
      this.answers.push({ type: "ActionError & { code?: string; request_id?: string }", answer });
      throw new BlinkError(response.status, (answer as { message: string }).message);
    }
    return answer;
  }

  /** Links are relative or of the same origin: a client refuses others. */
  #url(href: string): string {
    const url = new URL(href, this.#net.url);
    assert.equal(url.origin, new URL(this.#net.url).origin, href);
    return url.href;
  }
}

function words(header: string | null | undefined): Set<string> {
  return new Set((header ?? "").toLowerCase().split(",").map((word) => word.trim()));
}

/** Values go where the link has a place for them, else into the body. Each is checked as a client's form would. */
function filled(link: LinkedAction, values: Values): { href: string; data?: Values } {
  let { href } = link;
  const data: Values = {};
  for (const parameter of link.parameters ?? []) {
    const { name, required } = parameter;
    const value = values[name];
    if (value === undefined) {
      assert.ok(!required, `${name} is required`);
      continue;
    }
    if ("pattern" in parameter && parameter.pattern) assert.match(value, new RegExp(`^(?:${parameter.pattern})$`));
    if ("options" in parameter) {
      assert.ok(parameter.options.some((option) => option.value === value), `${value} is no option of ${name}`);
    }
    if (href.includes(`{${name}}`)) href = href.replaceAll(`{${name}}`, encodeURIComponent(value));
    else data[name] = value;
  }
  for (const name of Object.keys(values)) {
    assert.ok(link.parameters?.some((parameter) => parameter.name === name), `${link.label} has no ${name}`);
  }
  assert.doesNotMatch(href, /[{}]/, "a place in the link without a parameter");
  return Object.keys(data).length > 0 ? { href, data } : { href };
}
