// Asks the tests' model server with the published clients: node ask.mjs SERVER SCRIPT
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";

const [server, script] = process.argv.slice(2);
const question = "Where is it warmer?";
const first = "I look at both: Zürich ☀.";
const last = "Zürich, with 21 degrees.";
const schema = {
  type: "object",
  properties: { city: { type: "string" }, days: { type: "integer" } },
  required: ["city"],
};
const asked = [{ days: 1, city: "Zürich" }, { city: "Oslo" }];
const weather = { Zürich: "21C", Oslo: "4C" };

/** Starts a server; gives its port and what stops it. */
async function serve(cut) {
  const child = spawn(server, [script, String(cut)], { stdio: ["pipe", "pipe", "inherit"] });
  for await (const line of createInterface(child.stdout)) {
    return { port: Number(line), stop: () => child.stdin.end() };
  }
  throw new Error("the server did not start");
}

async function chat(client, isStreamed) {
  const tool = { type: "function", function: { name: "get_weather", description: "w", parameters: schema } };
  const messages = [{ role: "system", content: "Be brief." }, { role: "user", content: question }];
  const create = async () => {
    const body = { model: "m", messages, tools: [tool] };
    if (!isStreamed) return client.chat.completions.create(body);
    const stream = client.chat.completions.stream({ ...body, stream_options: { include_usage: true } });
    return stream.finalChatCompletion();
  };
  const begun = await create();
  const message = begun.choices[0].message;
  assert.equal(begun.choices[0].finish_reason, "tool_calls");
  assert.equal(message.content, first);
  assert.deepEqual(message.tool_calls.map((call) => JSON.parse(call.function.arguments)), asked);
  assert.equal(begun.usage.prompt_tokens, 42);
  assert.equal(begun.usage.prompt_tokens_details.cached_tokens, 12);
  assert.equal(begun.usage.completion_tokens_details.reasoning_tokens, 4);
  messages.push(message);
  for (const call of message.tool_calls) {
    const { city } = JSON.parse(call.function.arguments);
    messages.push({ role: "tool", tool_call_id: call.id, content: weather[city] });
  }
  const ended = await create();
  assert.equal(ended.choices[0].message.content, last);
  assert.equal(ended.choices[0].finish_reason, "stop");
}

async function responses(client, isStreamed) {
  const tool = { type: "function", name: "get_weather", description: "w", parameters: schema, strict: false };
  const input = [{ role: "user", content: question }];
  const create = async () => {
    const body = { model: "m", instructions: "Be brief.", input, tools: [tool] };
    return isStreamed ? client.responses.stream(body).finalResponse() : client.responses.create(body);
  };
  const begun = await create();
  assert.equal(begun.status, "completed");
  assert.equal(begun.output_text, first);
  const calls = begun.output.filter((item) => item.type === "function_call");
  assert.deepEqual(calls.map((call) => JSON.parse(call.arguments)), asked);
  assert.equal(begun.usage.input_tokens, 42);
  assert.equal(begun.usage.input_tokens_details.cached_tokens, 12);
  input.push(...begun.output);
  for (const call of calls) {
    const { city } = JSON.parse(call.arguments);
    input.push({ type: "function_call_output", call_id: call.call_id, output: weather[city] });
  }
  assert.equal((await create()).output_text, last);
}

async function messages(client, isStreamed) {
  const tool = { name: "get_weather", description: "w", input_schema: schema };
  const turns = [{ role: "user", content: question }];
  const create = async () => {
    const body = { model: "m", max_tokens: 100, system: "Be brief.", messages: turns, tools: [tool] };
    return isStreamed ? client.messages.stream(body).finalMessage() : client.messages.create(body);
  };
  const begun = await create();
  assert.equal(begun.stop_reason, "tool_use");
  assert.equal(begun.content[0].text, first);
  const calls = begun.content.filter((block) => block.type === "tool_use");
  assert.deepEqual(calls.map((call) => call.input), asked);
  assert.equal(begun.usage.input_tokens, 30);
  assert.equal(begun.usage.cache_read_input_tokens, 12);
  assert.equal(begun.usage.output_tokens, 20);
  const results = calls.map((call) => ({
    type: "tool_result",
    tool_use_id: call.id,
    content: weather[call.input.city],
  }));
  turns.push({ role: "assistant", content: begun.content }, { role: "user", content: results });
  const ended = await create();
  assert.equal(ended.content[0].text, last);
  assert.equal(ended.stop_reason, "end_turn");
}

/** One text to one text, in each API. */
const oneTurn = {
  chat: async (openai, _, text) => {
    const answer = await openai.chat.completions.create({ model: "m", messages: [{ role: "user", content: text }] });
    return [answer.choices[0].message.content, answer.choices[0].finish_reason];
  },
  responses: async (openai, _, text) => {
    const answer = await openai.responses.create({ model: "m", input: text });
    return [answer.output_text, answer.incomplete_details?.reason ?? answer.status];
  },
  messages: async (_, anthropic, text) => {
    const turns = [{ role: "user", content: text }];
    const answer = await anthropic.messages.create({ model: "m", max_tokens: 9, messages: turns });
    return [answer.content[0].text, answer.stop_reason];
  },
};

async function faults(openai, anthropic) {
  const lengths = { chat: "length", responses: "max_output_tokens", messages: "max_tokens" };
  for (const [name, ask] of Object.entries(oneTurn)) {
    // The clients try again by themselves after a 429 with Retry-After.
    assert.equal((await ask(openai, anthropic, "hurry"))[0], "Now.", name);
    await assert.rejects(ask(openai, anthropic, "secret"), (error) => {
      assert.equal(error.status, 401, name);
      assert.equal(error.constructor.name, "AuthenticationError", name);
      assert.match(error.message, /No such key/, name);
      return true;
    });
    assert.deepEqual(await ask(openai, anthropic, "long story"), ["Once upon", lengths[name]]);
  }
  const turns = [{ role: "user", content: "break off" }];
  const cut = anthropic.messages.stream({ model: "m", max_tokens: 9, messages: turns }, { maxRetries: 0 });
  await assert.rejects(cut.finalMessage());
}

let count = 0;
for (const cut of [0, 1]) {
  const { port, stop } = await serve(cut);
  try {
    const openai = new OpenAI({ apiKey: "none", baseURL: `http://127.0.0.1:${port}/v1` });
    const anthropic = new Anthropic({ apiKey: "none", baseURL: `http://127.0.0.1:${port}` });
    for (const isStreamed of [false, true]) {
      await chat(openai, isStreamed);
      await responses(openai, isStreamed);
      await messages(anthropic, isStreamed);
      count += 3;
    }
    await faults(openai, anthropic);
  } finally {
    stop();
  }
}
console.log(`${count} conversations with tools, and the faults, came out right.`);
