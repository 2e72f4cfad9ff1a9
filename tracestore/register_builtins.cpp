#include "tracestore/register_builtins.h"

#include "tracestore/export/jsonl_exporter.h"
#include "tracestore/export/otlp_exporter.h"
#include "tracestore/import/adk/adk_importer.h"
#include "tracestore/import/atif/atif_importer.h"
#include "tracestore/import/claude_code/claude_code_importer.h"
#include "tracestore/import/hermes/hermes_importer.h"
#include "tracestore/import/opencode/opencode_importer.h"
#include "tracestore/import/openhands/openhands_importer.h"
#include "tracestore/import/otel/js_otel_importer.h"
#include "tracestore/import/otel/otlp_importer.h"
#include "tracestore/import/otel/span_attributes_importer.h"
#include "tracestore/import/pi/openclaw_telemetry_importer.h"
#include "tracestore/import/pi/pi_importer.h"

namespace tracestore {

ImporterRegistry builtinImporters()
{
    ImporterRegistry importers;
    importers.add(std::make_unique<OtlpImporter>());
    importers.add(std::make_unique<JsOtelImporter>());
    importers.add(std::make_unique<SpanAttributesImporter>());
    importers.add(std::make_unique<AtifImporter>());
    importers.add(std::make_unique<ClaudeCodeImporter>());
    importers.add(std::make_unique<PiImporter>());
    importers.add(std::make_unique<OpenClawTelemetryImporter>());
    importers.add(std::make_unique<OpenCodeImporter>());
    importers.add(std::make_unique<OpenHandsImporter>());
    importers.add(std::make_unique<AdkImporter>());
    importers.add(std::make_unique<HermesImporter>());
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
