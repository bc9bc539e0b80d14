import { describe, expect, it } from "vitest";

import { EventParser } from "./events";

describe("server-sent events", () => {
  it("are found however the stream is cut", () => {
    const stream = "id: 7\nevent: payment.captured\ndata: {\"a\":\ndata: 1}\n\n: alive\n\nid: 8\ndata: x\n\n";
    const whole = new EventParser().push(stream);
    expect(whole).toEqual([
      { id: "7", type: "payment.captured", data: '{"a":\n1}' },
      { id: "8", type: "message", data: "x" },
    ]);
    const parser = new EventParser();
    expect([...stream].flatMap((letter) => parser.push(letter))).toEqual(whole);
  });

  it("may end their lines in two characters", () => {
    expect(new EventParser().push("data: a\r\n\r\n")).toEqual([{ id: "", type: "message", data: "a" }]);
  });

  it("are none before they are complete", () => {
    const parser = new EventParser();
    expect(parser.push("data: a\n")).toEqual([]);
    expect(parser.push("\n")).toHaveLength(1);
  });
});
