#pragma once

#include "tracestore/export/exporter.h"
#include "tracestore/model/annotation.h"

namespace tracestore {

/// A report in one file that any browser opens without a network, to be read and to be printed: of
/// each session what was asked, what came of it, what it cost and where it went wrong, notes of the
/// user, and every step as a line that unfolds. It holds no script, and its policy lets none
/// run: texts are those of strangers. A text longer than kMaxText is cut there, and the page says
/// so; `.kymo` and JSON Lines keep all of it.
class HtmlExporter : public Exporter
{
public:
    /// `annotations` are shown, those of steps at their steps.
    explicit HtmlExporter(std::vector<Annotation> annotations = {})
        : m_annotations(std::move(annotations))
    { }

    static constexpr std::size_t kMaxText = std::size_t {128} << 10U;

    [[nodiscard]] std::string_view id() const override { return "html"; }

    [[nodiscard]] std::string_view name() const override { return "Report (HTML)"; }

    [[nodiscard]] std::vector<std::string_view> extensions() const override
    {
        return {".html", ".htm"};
    }

    [[nodiscard]] Result<void> write(const Trace& trace, ByteSink& sink, Job& job) const override;

private:
    std::vector<Annotation> m_annotations;
};

} // namespace tracestore
