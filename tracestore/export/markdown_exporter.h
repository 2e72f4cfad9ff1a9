#pragma once

#include "tracestore/export/exporter.h"

namespace tracestore {

/// A transcript to read, paste and diff: a heading for each session and step, what is new in the
/// input of each model call, answers, calls of tools with arguments and results, errors. Whole: no
/// text is shortened. What the source says stands in fenced blocks, so that no text of strangers
/// becomes a heading, a link or an image.
class MarkdownExporter : public Exporter
{
public:
    [[nodiscard]] std::string_view id() const override { return "markdown"; }

    [[nodiscard]] std::string_view name() const override { return "Transcript (Markdown)"; }

    [[nodiscard]] std::vector<std::string_view> extensions() const override { return {".md"}; }

    [[nodiscard]] Result<void> write(const Trace& trace, ByteSink& sink, Job& job) const override;
};

} // namespace tracestore
