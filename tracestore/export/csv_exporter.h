#pragma once

#include "tracestore/export/exporter.h"

namespace tracestore {

/// A table of the steps for spreadsheets and data frames: RFC 4180, UTF-8, a header line, an empty
/// field for what is not known. Payloads are left out. A text that a spreadsheet would take for a
/// formula (it begins with = + - @ or a tab) has an apostrophe in front: texts are those of
/// strangers.
class CsvExporter : public Exporter
{
public:
    [[nodiscard]] std::string_view id() const override { return "csv"; }

    [[nodiscard]] std::string_view name() const override { return "Table of steps (CSV)"; }

    [[nodiscard]] std::vector<std::string_view> extensions() const override { return {".csv"}; }

    [[nodiscard]] Result<void> write(const Trace& trace, ByteSink& sink, Job& job) const override;
};

} // namespace tracestore
