#pragma once

#include "tracestore/export/exporter.h"

namespace tracestore {

/// Chrome trace events, as ui.perfetto.dev, chrome://tracing and speedscope open them: a process
/// for each session, a thread for each agent (more where its steps overlap), a slice for each step,
/// arrows for hand-offs and spawned agents. Payloads are left out.
/// Format: "Trace Event Format" of the Chromium project.
class ChromeTraceExporter : public Exporter
{
public:
    [[nodiscard]] std::string_view id() const override { return "chrome-trace"; }

    [[nodiscard]] std::string_view name() const override { return "Chrome trace events"; }

    [[nodiscard]] std::vector<std::string_view> extensions() const override
    {
        return {".trace.json"};
    }

    [[nodiscard]] Result<void> write(const Trace& trace, ByteSink& sink, Job& job) const override;
};

} // namespace tracestore
