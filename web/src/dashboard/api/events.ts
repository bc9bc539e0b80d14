/** Server-sent events of the API, read by `fetch`: `EventSource` cannot send a token but in the URL.
 * <https://html.spec.whatwg.org/multipage/server-sent-events.html> */

import { ApiProblem, type ProblemBody } from "../../common/api";
import { credentials, endIfUnauthorized } from "./client";

export interface ServerEvent {
  id: string;
  type: string;
  data: string;
}

/** Cuts a stream of text into events (section 9.2.6 of the specification). */
export class EventParser {
  #rest = "";
  #id = "";
  #type = "";
  #data: string[] = [];

  /** The events that a piece of the stream completes. */
  push(text: string): ServerEvent[] {
    const lines = (this.#rest + text).split(/\r?\n/);
    this.#rest = lines.pop() ?? "";
    return lines.flatMap((line) => this.#line(line) ?? []);
  }

  #line(line: string): ServerEvent | undefined {
    if (line === "") {
      const event = { id: this.#id, type: this.#type || "message", data: this.#data.join("\n") };
      const isEmpty = this.#data.length === 0;
      this.#type = "";
      this.#data = [];
      return isEmpty ? undefined : event;
    }
    const [, name, value = ""] = /^([^:]*)(?::\s?(.*))?$/s.exec(line) ?? [];
    if (name === "data") {
      this.#data.push(value);
    } else if (name === "event") {
      this.#type = value;
    } else if (name === "id") {
      this.#id = value;
    }
    return undefined;
  }
}

/** The first and the longest pause before a lost stream is asked for again, in milliseconds. */
const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 30_000;

/** Reads a stream until `signal` aborts. What is lost is asked for again behind the last event that was seen. */
export async function follow(
  path: string,
  signal: AbortSignal,
  onEvent: (event: ServerEvent) => void,
  onLive: (live: boolean) => void,
): Promise<void> {
  let [last, pause] = ["", FIRST_PAUSE];
  while (!signal.aborted) {
    try {
      await read(path, last, signal, (event) => {
        last = event.id || last;
        pause = FIRST_PAUSE;
        onLive(true);
        onEvent(event);
      });
    } catch (error) {
      endIfUnauthorized(error);
      if (error instanceof ApiProblem && error.status < 500 && error.status !== 429) {
        return;
      }
    }
    onLive(false);
    await sleep(pause, signal);
    pause = Math.min(2 * pause, LONGEST_PAUSE);
  }
}

async function read(path: string, last: string, signal: AbortSignal, onEvent: (event: ServerEvent) => void) {
  const headers = { ...credentials(), accept: "text/event-stream", ...(last && { "last-event-id": last }) };
  const answer = await fetch(path, { headers, signal, credentials: "omit" });
  if (!answer.ok || !answer.body) {
    const body = (await answer.json()) as ProblemBody;
    throw new ApiProblem({ ...body, status: answer.status });
  }
  const parser = new EventParser();
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    parser.push(piece.value).forEach(onEvent);
  }
}

function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
