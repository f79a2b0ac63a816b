// The openai library for JavaScript against a running embed-service with its bundled model.
import assert from "node:assert/strict";
import OpenAI from "openai";
import { VERSION } from "openai/version";

const { OPENAI_BASE_URL, OPENAI_API_KEY, LIMITED_API_KEY } = process.env;
const model = "bge-small-en-v1.5";
const client = new OpenAI({ baseURL: OPENAI_BASE_URL, apiKey: OPENAI_API_KEY, maxRetries: 0 });
const embed = (input, more = {}, by = client) => by.embeddings.create({ model, input, ...more });
const product = (a, b) => a.reduce((sum, x, i) => sum + x * b[i], 0);

async function raised(kind, promise) {
  try {
    await promise;
  } catch (error) {
    assert(error instanceof kind, `${error.constructor.name}: ${error.message}`);
    return error;
  }
  assert.fail(`nothing raised, ${kind.name} expected`);
}

const checks = {
  async one() {
    const answer = await embed("The queen is in the hive.");
    const vector = answer.data[0].embedding;
    assert.equal(vector.length, 384);
    assert(Math.abs(product(vector, vector) - 1) < 1e-4);
    assert.equal(answer.model, model);
    assert(answer.usage.prompt_tokens > 6);
  },
  async bothEncodings() {
    const texts = Array.from({ length: 40 }, (_, n) => `Hive number ${n} is well.`);
    const base64 = await embed(texts);
    const numbers = await embed(texts, { encoding_format: "float" });
    assert.deepEqual(base64.data.map((one) => one.index), texts.map((_, n) => n));
    base64.data.forEach((one, n) =>
      one.embedding.forEach((x, i) => assert(Math.abs(x - numbers.data[n].embedding[i]) < 1e-6)));
  },
  async meaning() {
    const texts = ["Bees make honey.", "A queen leads the hive.", "Taxes are due in May."];
    const [bee, queen, tax] = (await embed(texts)).data.map((one) => one.embedding);
    assert(product(bee, queen) > product(bee, tax));
  },
  async tokens() {
    assert.equal((await embed([[3035, 2003], [3035]])).data.length, 2);
  },
  async cut() {
    const item = (await embed("bee ".repeat(2_000))).data[0];
    assert.equal(item.truncated, true);
    assert(item.tokens_dropped > 1_000);
  },
  async models() {
    const ids = [];
    for await (const one of client.models.list()) ids.push(one.id);
    assert.deepEqual(ids, [model]);
    assert.equal((await client.models.retrieve(model)).max_tokens, 512);
    await raised(OpenAI.NotFoundError, client.models.retrieve("intfloat/e5-small"));
  },
  async unknownModel() {
    const error = await raised(OpenAI.NotFoundError, embed("x", { model: "text-embedding-3-small" }));
    assert.equal(error.code, "model_not_found");
  },
  async badRequest() {
    const error = await raised(OpenAI.BadRequestError, embed("x", { dimensions: 17 }));
    assert.equal(error.param, "dimensions");
    assert.equal((await raised(OpenAI.BadRequestError, embed([]))).param, "input");
  },
  async unknownKey() {
    const stranger = client.withOptions({ apiKey: "rk_no" });
    const error = await raised(OpenAI.AuthenticationError, embed("x", {}, stranger));
    assert.equal(error.code, "invalid_api_key");
  },
  async rateLimit() {
    const limited = client.withOptions({ apiKey: LIMITED_API_KEY });
    const some = async () => { for (let i = 0; i < 3; i++) await embed("x", {}, limited); };
    const error = await raised(OpenAI.RateLimitError, some());
    assert(Number(error.headers.get("retry-after")) >= 1);
    assert.equal(error.code, "rate_limit_exceeded");
  },
};

for (const [name, check] of Object.entries(checks)) {
  await check();
  console.log("ok", name);
}
console.log("openai", VERSION, "node", process.version);
