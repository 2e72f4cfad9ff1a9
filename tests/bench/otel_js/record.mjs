// Records the steps of made-up runs with the OpenTelemetry JS SDK as OTLP JSON in a file.
// node record.mjs OUTPUT RUNS TURNS record|prepare; `prepare` makes all but the spans.
import fs from "node:fs";
import { ROOT_CONTEXT, SpanKind, trace } from "@opentelemetry/api";
import { JsonTraceSerializer } from "@opentelemetry/otlp-transformer";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BasicTracerProvider, BatchSpanProcessor } from "@opentelemetry/sdk-trace-base";

const [output, runs, turns, mode] = process.argv.slice(2);

/** The same text as in bench_otel.cpp. */
function words(seed, length) {
  let text = "";
  for (let i = seed; text.length < length; i = (i * 31 + 7) % 1000003) text += `word${i % 9973} `;
  return text;
}

const turnsOfARun = [];
for (let turn = 1; turn <= Number(turns); ++turn)
  turnsOfARun.push({
    answer: words(turn, 300),
    results: [words(turn * 3 + 1, 1500), words(turn * 3 + 2, 1500)],
    argument: JSON.stringify({ query: words(turn + 5, 60) }),
  });
const question = words(1, 500);

let exported = 0;
const file = fs.openSync(output, "w");
const exporter = {
  export(spans, done) {
    fs.writeSync(file, JsonTraceSerializer.serializeRequest(spans));
    fs.writeSync(file, "\n");
    exported += spans.length;
    done({ code: 0 });
  },
  shutdown: () => Promise.resolve(),
  forceFlush: () => Promise.resolve(),
};
const provider = new BasicTracerProvider({
  resource: resourceFromAttributes({ "service.name": "support" }),
  // Large enough for a run: nothing is dropped.
  spanProcessors: [new BatchSpanProcessor(exporter, { maxQueueSize: 100000 })],
});
const tracer = provider.getTracer("bench");

/** A conversation; each model call says what is new since the last one. */
function record() {
  const root = tracer.startSpan(
    "invoke_agent support",
    { kind: SpanKind.INTERNAL, attributes: { "gen_ai.operation.name": "invoke_agent" } },
    ROOT_CONTEXT,
  );
  const context = trace.setSpan(ROOT_CONTEXT, root);
  let news = [{ role: "user", parts: [{ type: "text", content: question }] }];
  turnsOfARun.forEach((turn, index) => {
    const chat = tracer.startSpan(
      "chat model",
      {
        kind: SpanKind.CLIENT,
        attributes: {
          "gen_ai.operation.name": "chat",
          "gen_ai.provider.name": "p",
          "gen_ai.request.model": "model",
          "gen_ai.request.temperature": 0.2,
          "gen_ai.input.messages": JSON.stringify(news),
        },
      },
      context,
    );
    const ids = [`call_${index}_1`, `call_${index}_2`];
    const parts = [{ type: "text", content: turn.answer }];
    for (const id of ids)
      parts.push({ type: "tool_call", id, name: "search", arguments: turn.argument });
    chat.setAttributes({
      "gen_ai.output.messages": JSON.stringify([{ role: "assistant", parts }]),
      "gen_ai.response.model": "model",
      "gen_ai.response.id": `answer_${index}`,
      "gen_ai.response.finish_reasons": ["tool_calls"],
      "gen_ai.usage.input_tokens": 1200,
      "gen_ai.usage.output_tokens": 80,
    });
    chat.end();
    news = ids.map((id, place) => {
      const tool = tracer.startSpan(
        "execute_tool search",
        {
          kind: SpanKind.INTERNAL,
          attributes: {
            "gen_ai.operation.name": "execute_tool",
            "gen_ai.tool.name": "search",
            "gen_ai.tool.call.id": id,
            "gen_ai.tool.call.arguments": turn.argument,
          },
        },
        context,
      );
      tool.setAttribute("gen_ai.tool.call.result", turn.results[place]);
      tool.end();
      return {
        role: "tool",
        parts: [{ type: "tool_call_response", id, response: turn.results[place] }],
      };
    });
  });
  root.end();
}

if (mode === "record") {
  for (let run = 0; run < Number(runs); ++run) {
    record();
    await provider.forceFlush();
  }
  const expected = Number(runs) * (3 * Number(turns) + 1);
  if (exported !== expected) {
    console.error(`${exported} of ${expected} spans were written`);
    process.exit(1);
  }
}
fs.closeSync(file);
