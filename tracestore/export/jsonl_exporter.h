#pragma once

#include "tracestore/export/exporter.h"

namespace tracestore {

/// Our stable line format: a JSON object a line, described in README.md of this folder.
class JsonlExporter : public Exporter
{
public:
    static constexpr int kVersion = 1;

    [[nodiscard]] std::string_view id() const override { return "jsonl"; }

    [[nodiscard]] std::string_view name() const override { return "JSON Lines (Kymo)"; }

    [[nodiscard]] std::vector<std::string_view> extensions() const override { return {".jsonl"}; }

    [[nodiscard]] Result<void> write(const Trace& trace, ByteSink& sink, Job& job) const override;
};

} // namespace tracestore
