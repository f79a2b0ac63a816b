// One streamed answer: POST /v1/chat/completions with "stream": true.

import { send } from "./http.js";

/** Where the proxy says how many milliseconds of the time to the first byte were its own. */
const OVERHEAD = "x-ruche-overhead-ms";

/** The answer ended before its end. */
export class BrokenOff extends Error {}

/**
 * Asks and calls `onText` with each piece of text. Answers `{usage, finish, overheadMs, firstMs,
 * totalMs, model}`; throws when the stream tells an error, and
 * {@link BrokenOff}.
 */
export async function chat(body, { signal, onText }) {
  const began = performance.now();
  const response = await send("POST", "/v1/chat/completions", {
    body: { ...body, stream: true, stream_options: { include_usage: true } },
    signal,
  });
  const overhead = response.headers.get(OVERHEAD);
  const told = {
    usage: null,
    finish: null,
    model: body.model,
    overheadMs: overhead === null ? null : Number(overhead),
    firstMs: null,
    totalMs: null,
  };
  let done = false;
  for await (const data of events(response.body)) {
    if (data === "[DONE]") {
      done = true;
      continue;
    }
    const chunk = JSON.parse(data);
    if (chunk.error) {
      throw new Error(chunk.error.message ?? data);
    }
    told.usage = chunk.usage ?? chunk.x_groq?.usage ?? told.usage;
    told.model = chunk.model ?? told.model;
    const choice = chunk.choices?.[0];
    told.finish = choice?.finish_reason ?? told.finish;
    const text = choice?.delta?.content;
    if (text) {
      told.firstMs ??= performance.now() - began;
      onText(text);
    }
  }
  told.totalMs = performance.now() - began;
  if (!done && told.finish === null) {
    throw new BrokenOff();
  }
  return told;
}

/** The data of each server-sent event. */
async function* events(stream) {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read().catch((failure) => {
      throw failure.name === "AbortError" ? failure : new BrokenOff();
    });
    rest += value ?? "";
    const lines = rest.split(/\r\n|\n|\r/);
    rest = done ? "" : lines.pop();
    for (const line of lines) {
      if (line.startsWith("data:")) {
        yield line.slice(5).trim();
      }
    }
    if (done) {
      return;
    }
  }
}
