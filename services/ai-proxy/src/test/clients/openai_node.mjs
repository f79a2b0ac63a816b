// The openai library for JavaScript against a running ai-proxy whose provider is the simulator.
import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import OpenAI, { toFile } from "openai";
import { VERSION } from "openai/version";

const { OPENAI_BASE_URL, OPENAI_API_KEY, LIMITED_API_KEY, SIMULATOR_URL } = process.env;
const model = "openai/gpt-oss-20b";
const TOKEN = " ruche \u00e9\u20ac\u{1f41d}";
const messages = [{ role: "user", content: "Hello" }];
const properties = { place: { type: "string" }, combs: { type: "integer" } };
const schema = { type: "object", properties, required: ["place", "combs"] };
const tools = [{ type: "function", function: { name: "weigh_hive", parameters: schema } }];

const client = new OpenAI({ baseURL: OPENAI_BASE_URL, apiKey: OPENAI_API_KEY, maxRetries: 0 });
const say = (more = {}, by = client) => by.chat.completions.create({ model, messages, ...more });
const simulator = async (method, path, body) =>
  (await fetch(SIMULATOR_URL + path, { method, body: body && JSON.stringify(body) })).json();
const cancelled = async () => (await simulator("GET", "/control/stats")).cancelled;

async function raised(kind, promise) {
  try {
    await promise;
  } catch (error) {
    assert(error instanceof kind, `${error.constructor.name}: ${error.message}`);
    return error;
  }
  assert.fail(`nothing raised, ${kind.name} expected`);
}

async function awaitCancelled(before) {
  const end = Date.now() + 5_000;
  while ((await cancelled()) <= before) {
    assert(Date.now() < end, "the call to the provider goes on");
    await pause(20);
  }
}

async function all(stream) {
  let text = "";
  for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? "";
  return text;
}

const checks = {
  async completion() {
    const answer = await say();
    assert.equal(answer.choices[0].message.content, "Echo: Hello");
    assert.equal(answer.usage.total_tokens, 19);
  },
  async stream() {
    assert.equal(await all(await say({ model: "sim:tokens=20,odd", stream: true })), TOKEN.repeat(20));
  },
  async tool() {
    const call = (await say({ tools })).choices[0].message.tool_calls[0].function;
    assert.deepEqual(JSON.parse(call.arguments), { place: "place", combs: 7 });
  },
  async toolInAStream() {
    const run = client.chat.completions.stream({ model, messages, tools });
    const choice = (await run.finalChatCompletion()).choices[0];
    assert.equal(choice.finish_reason, "tool_calls");
    assert.equal(JSON.parse(choice.message.tool_calls[0].function.arguments).combs, 7);
  },
  async structuredOutput() {
    const json_schema = { name: "hive", strict: true, schema };
    const answer = await client.chat.completions.parse({
      model, messages, response_format: { type: "json_schema", json_schema } });
    assert.deepEqual(JSON.parse(answer.choices[0].message.content), { place: "place", combs: 7 });
  },
  async models() {
    const ids = [];
    for await (const one of client.models.list()) ids.push(one.id);
    assert(ids.includes(model));
    assert.equal((await client.models.retrieve(model)).id, model);
  },
  async unknownKey() {
    const stranger = client.withOptions({ apiKey: "rk_no" });
    const error = await raised(OpenAI.AuthenticationError, say({}, stranger));
    assert.equal(error.code, "invalid_api_key");
  },
  async rateLimit() {
    const limited = client.withOptions({ apiKey: LIMITED_API_KEY });
    const some = async () => { for (let i = 0; i < 3; i++) await say({}, limited); };
    const error = await raised(OpenAI.RateLimitError, some());
    assert(Number(error.headers.get("retry-after")) >= 1);
    assert.equal(error.code, "rate_limit_exceeded");
  },
  async badRequest() {
    const error = await raised(OpenAI.BadRequestError, say({ messages: [] }));
    assert.equal(error.param, "messages");
  },
  async retries() {
    await simulator("POST", "/control/next", ["status=429,retry-after=0", "status=503"]);
    await say({}, client.withOptions({ maxRetries: 2 }));
  },
  async timeout() {
    const before = await cancelled();
    const hasty = client.withOptions({ timeout: 500 });
    await raised(OpenAI.APIConnectionTimeoutError, say({ model: "sim:delay=60000" }, hasty));
    await awaitCancelled(before);
  },
  async cancelInAStream() {
    const before = await cancelled();
    const stream = await say({ model: "sim:tokens=100000,gap=20", stream: true });
    for await (const chunk of stream) if (chunk) break;
    await awaitCancelled(before);
  },
  async brokenStream() {
    const stream = await say({ model: "sim:tokens=10,cut=4", stream: true });
    const error = await raised(OpenAI.APIError, all(stream));
    assert.equal(error.code, "upstream_cut");
  },
  async embeddings() {
    const answer = await client.embeddings.create({ model: "embedder", input: ["bees", "hives"] });
    assert.deepEqual(answer.data.map((one) => one.embedding), [[0.25, -0.5, 1], [0.25, -0.5, 1]]);
  },
  async response() {
    const answer = await client.responses.create({ model, input: "Hello" });
    assert.equal(answer.output_text, "Echo: Hello");
    assert.equal(answer.usage.total_tokens, 19);
  },
  async streamedResponse() {
    let text = "";
    const events = await client.responses.create({ model: "sim:tokens=20", input: "Hello", stream: true });
    for await (const event of events) if (event.type === "response.output_text.delta") text += event.delta;
    assert.equal(text, " ruche".repeat(20));
  },
  // The library sends the fields in the order in which they are given.
  async transcription() {
    for (const size of [5_000, 5_000_000]) {
      const file = await toFile(Buffer.alloc(size, "\r\n--sound"), "bees.wav");
      const whisper = "whisper-large-v3-turbo";
      for (const order of [{ file, model: whisper }, { model: whisper, file }]) {
        assert.equal((await client.audio.transcriptions.create(order)).text, " The bees are well.");
      }
    }
  },
  async speech() {
    const sound = await client.audio.speech.create({
      model: "sim:tokens=50,pad=1000", voice: "troy", input: "The bees are well." });
    assert.equal((await sound.arrayBuffer()).byteLength, 50 * 1064);
  },
};

for (const [name, check] of Object.entries(checks)) {
  await check();
  console.log("ok", name);
}
console.log("openai", VERSION, "node", process.version);
