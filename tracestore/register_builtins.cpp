#include "tracestore/register_builtins.h"

#include "tracestore/export/jsonl_exporter.h"
#include "tracestore/export/otlp_exporter.h"
#include "tracestore/import/claude_code/claude_code_importer.h"
#include "tracestore/import/cli_agents/cursor_importer.h"
#include "tracestore/import/cli_agents/grok_cli_importer.h"
#include "tracestore/import/cli_agents/kimi_code_importer.h"
#include "tracestore/import/cli_agents/qwen_code_importer.h"
#include "tracestore/import/codex/codex_importer.h"
#include "tracestore/import/copilot_cli/copilot_cli_importer.h"
#include "tracestore/import/gemini_cli/gemini_cli_importer.h"
#include "tracestore/import/otel/js_otel_importer.h"
#include "tracestore/import/otel/otlp_importer.h"
#include "tracestore/import/otel/span_attributes_importer.h"

namespace tracestore {

ImporterRegistry builtinImporters()
{
    ImporterRegistry importers;
    importers.add(std::make_unique<OtlpImporter>());
    importers.add(std::make_unique<JsOtelImporter>());
    importers.add(std::make_unique<SpanAttributesImporter>());
    importers.add(std::make_unique<CodexImporter>());
    importers.add(std::make_unique<QwenCodeImporter>()); // its lines look like Claude Code's
    importers.add(std::make_unique<ClaudeCodeImporter>());
    importers.add(std::make_unique<CopilotCliImporter>());
    importers.add(std::make_unique<GeminiCliImporter>());
    importers.add(std::make_unique<KimiCodeImporter>());
    importers.add(std::make_unique<GrokCliImporter>());
    importers.add(std::make_unique<CursorImporter>());
    return importers;
}

ExporterRegistry builtinExporters()
{
    ExporterRegistry exporters;
    exporters.add(std::make_unique<OtlpExporter>());
    exporters.add(std::make_unique<JsonlExporter>());
    return exporters;
}

} // namespace tracestore
