#include "tracestore/register_builtins.h"

#include "tracestore/export/jsonl_exporter.h"
#include "tracestore/export/otlp_exporter.h"
#include "tracestore/import/autogen/autogen_importer.h"
#include "tracestore/import/chat/chat_importer.h"
#include "tracestore/import/claude_code/claude_code_importer.h"
#include "tracestore/import/inspect/inspect_importer.h"
#include "tracestore/import/otel/js_otel_importer.h"
#include "tracestore/import/otel/otlp_importer.h"
#include "tracestore/import/otel/span_attributes_importer.h"
#include "tracestore/import/swe_agent/mini_swe_importer.h"
#include "tracestore/import/swe_agent/swe_agent_importer.h"

namespace tracestore {

ImporterRegistry builtinImporters()
{
    ImporterRegistry importers;
    importers.add(std::make_unique<OtlpImporter>());
    importers.add(std::make_unique<JsOtelImporter>());
    importers.add(std::make_unique<SpanAttributesImporter>());
    importers.add(std::make_unique<ClaudeCodeImporter>());
    importers.add(std::make_unique<SweAgentImporter>());
    importers.add(std::make_unique<MiniSweImporter>());
    importers.add(std::make_unique<InspectImporter>());
    importers.add(std::make_unique<AutogenImporter>());
    importers.add(std::make_unique<ChatImporter>());
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
