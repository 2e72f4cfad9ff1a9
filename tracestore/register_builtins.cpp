#include "tracestore/register_builtins.h"

#include "tracestore/export/chrome_trace_exporter.h"
#include "tracestore/export/csv_exporter.h"
#include "tracestore/export/html_exporter.h"
#include "tracestore/export/jsonl_exporter.h"
#include "tracestore/export/markdown_exporter.h"
#include "tracestore/export/otlp_exporter.h"
#include "tracestore/import/autogen/autogen_importer.h"
#include "tracestore/import/chat/chat_importer.h"
#include "tracestore/import/claude_code/claude_code_importer.h"
#include "tracestore/import/codex/codex_importer.h"
#include "tracestore/import/inspect/inspect_importer.h"
#include "tracestore/import/http/http_importer.h"
#include "tracestore/import/http/llm_log_importer.h"
#include "tracestore/import/atif/atif_importer.h"
#include "tracestore/import/opencode/opencode_importer.h"
#include "tracestore/import/openhands/openhands_importer.h"
#include "tracestore/import/otel/js_otel_importer.h"
#include "tracestore/import/otel/otlp_importer.h"
#include "tracestore/import/otel/otlp_proto_importer.h"
#include "tracestore/import/otel/span_attributes_importer.h"
#include "tracestore/import/tracing/jaeger_importer.h"
#include "tracestore/import/tracing/langfuse_importer.h"
#include "tracestore/import/tracing/langsmith_importer.h"
#include "tracestore/import/tracing/openai_agents_importer.h"
#include "tracestore/import/tracing/phoenix_importer.h"
#include "tracestore/import/tracing/zipkin_importer.h"
#include "tracestore/import/pi/openclaw_telemetry_importer.h"
#include "tracestore/import/pi/pi_importer.h"
#include "tracestore/import/swe_agent/mini_swe_importer.h"
#include "tracestore/import/swe_agent/swe_agent_importer.h"

namespace tracestore {

ImporterRegistry builtinImporters()
{
    ImporterRegistry importers;
    importers.add(std::make_unique<OtlpImporter>());
    importers.add(std::make_unique<OtlpProtoImporter>());
    importers.add(std::make_unique<JaegerImporter>());
    importers.add(std::make_unique<ZipkinImporter>());
    importers.add(std::make_unique<LangfuseImporter>());
    importers.add(std::make_unique<LangsmithImporter>());
    importers.add(std::make_unique<OpenAiAgentsImporter>());
    importers.add(std::make_unique<JsOtelImporter>());
    importers.add(std::make_unique<PhoenixImporter>());
    importers.add(std::make_unique<SpanAttributesImporter>());
    importers.add(std::make_unique<CodexImporter>());
    importers.add(std::make_unique<ClaudeCodeImporter>());
    importers.add(std::make_unique<SweAgentImporter>());
    importers.add(std::make_unique<MiniSweImporter>());
    importers.add(std::make_unique<InspectImporter>());
    importers.add(std::make_unique<AutogenImporter>());
    importers.add(std::make_unique<ChatImporter>());
    importers.add(std::make_unique<HttpImporter>());
    importers.add(std::make_unique<LlmLogImporter>());
    importers.add(std::make_unique<AtifImporter>());
    importers.add(std::make_unique<PiImporter>());
    importers.add(std::make_unique<OpenClawTelemetryImporter>());
    importers.add(std::make_unique<OpenCodeImporter>());
    importers.add(std::make_unique<OpenHandsImporter>());
    return importers;
}

ExporterRegistry builtinExporters()
{
    ExporterRegistry exporters;
    exporters.add(std::make_unique<OtlpExporter>());
    exporters.add(std::make_unique<JsonlExporter>());
    exporters.add(std::make_unique<HtmlExporter>());
    exporters.add(std::make_unique<MarkdownExporter>());
    exporters.add(std::make_unique<CsvExporter>());
    exporters.add(std::make_unique<ChromeTraceExporter>());
    return exporters;
}

} // namespace tracestore
