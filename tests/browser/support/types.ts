/** What TypeScript says of answers: the specification's types are a package that is nothing but types. */
import assert from "node:assert/strict";

import ts from "typescript";

/** An answer, and the type of `@solana/actions-spec` that it must have. */
export type Typed = { type: string; answer: unknown };

/** Fails with the compiler's words unless each answer, as a literal, satisfies its type. */
export function satisfy(answers: Typed[]): void {
  const file = new URL("../answers.ts", import.meta.url).pathname;
  const lines = answers.map(
    ({ type, answer }, at) => `export const answer${at} = ${JSON.stringify(answer)} satisfies spec.${type};`,
  );
  const text = ['import type * as spec from "@solana/actions-spec";', ...lines].join("\n");
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    target: ts.ScriptTarget.ES2024,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    types: [],
  };
  const host = ts.createCompilerHost(options);
  const { fileExists, getSourceFile } = host;
  host.fileExists = (name) => name === file || fileExists(name);
  host.getSourceFile = (name, ...rest) =>
    name === file ? ts.createSourceFile(name, text, ts.ScriptTarget.ES2024) : getSourceFile(name, ...rest);
  const program = ts.createProgram([file], options, host);
  const told = ts.getPreEmitDiagnostics(program).map((diagnostic) => {
    const line = diagnostic.file?.getLineAndCharacterOfPosition(diagnostic.start ?? 0).line;
    const answer = line === undefined ? "" : lines[line - 1];
    return `${ts.flattenDiagnosticMessageText(diagnostic.messageText, " ")}\n${answer}`;
  });
  assert.deepEqual(told, [], "answers are not what the specification's types say");
}
